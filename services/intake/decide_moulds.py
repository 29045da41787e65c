"""The rules of a mould's life at the customer's. Pure: its counter, where it runs, and its end (B-01)."""

from collections.abc import Iterable, Iterator

from shared.events.mould import MouldMoved, MouldScrapped, ShotsReported
from shared.events.vocabulary import Role
from shared.masters.customer import Customer
from shared.masters.mould import Mould
from shared.rules.acting import refuse
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order, Reference


def may_report_shots(order: Order, mould: Mould, known: Known) -> Iterator[Fault]:
    """A customer for moulds of the own company only."""
    owner = mould.registered.customer_id if mould.registered is not None else None
    if order.actor.role is Role.CUSTOMER and owner != order.actor.staff.customer_id:
        yield Fault("A-ROLE", "own_company_only")


def check_shots(order: Order, mould: Mould, known: Known) -> Iterator[Fault]:
    """A counter does not run back, unless it was reset."""
    draft: ShotsReported = order.draft
    yield from not_ahead(order, "read_at")
    last = mould.count
    if draft.shots is not None and last is not None and draft.shots < last.shots and not draft.counter_reset:
        yield Fault("V-RANGE", "counter_ran_back", "shots", {"least": last.shots})


def report_shots(order: Order, mould: Mould, known: Known) -> ShotsReported:
    """A reading of a mould that still exists."""
    draft: ShotsReported = order.draft
    refuse(_exists(mould))
    return draft


def _exists(mould: Mould) -> Iterator[Fault]:
    if mould.is_scrapped:
        yield Fault("S-STATE", "mould_is_scrapped")


def owner(draft: MouldMoved, mould: Mould) -> Iterable[Reference]:
    """The customer at whose site it runs: the new one, who is named in the fields, else the present one."""
    if draft.to_customer_id is None and mould.registered is not None:
        yield Reference("customer", mould.registered.customer_id, "")


def check_move(order: Order, mould: Mould, known: Known) -> Iterator[Fault]:
    """To another customer or to a site that this customer has."""
    draft: MouldMoved = order.draft
    if draft.to_customer_id is None and draft.to_site is None:
        yield Fault("V-REQ", "nowhere_to_move", "to_site")
    present = mould.registered.customer_id if mould.registered is not None else ""
    customer = known.get("customer", draft.to_customer_id or present)
    sites = customer.registered.sites if isinstance(customer, Customer) and customer.registered is not None else ()
    if draft.to_site is not None and sites and draft.to_site not in {site.site for site in sites}:
        yield Fault("V-REF", "unknown_site", "to_site")


def move_mould(order: Order, mould: Mould, known: Known) -> MouldMoved:
    """A mould that still exists runs somewhere else."""
    draft: MouldMoved = order.draft
    refuse(_exists(mould))
    return draft


def scrap_mould(order: Order, mould: Mould, known: Known) -> MouldScrapped:
    """The end of a mould, once."""
    draft: MouldScrapped = order.draft
    refuse(_exists(mould))
    return draft
