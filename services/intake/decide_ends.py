"""The rules of ending without service, and of the way back. Pure: merged, transferred, cancelled (B-33, R-1.2-b)."""

from collections.abc import Iterator

from shared.case.state import Case, is_known, report_of
from shared.events.case.ends import (
    CaseCancelled,
    CaseMarkedDuplicate,
    CaseTransferred,
    DuplicateAbsorbed,
    DuplicateReleased,
    DuplicateUnmarked,
    TransferReturned,
)
from shared.events.vocabulary import CancelReason, CaseState, Role
from shared.rules.acting import refuse
from shared.rules.fields import needed
from shared.rules.instants import not_ahead
from shared.store.order import AlreadyTrue, Fault, Known, Order


def check_duplicate(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """No case is its own master."""
    if order.draft.master_case_id == order.aggregate_id:
        yield Fault("V-REF", "own_master", "master_case_id")


def mark_duplicate(order: Order, case: Case, known: Known) -> CaseMarkedDuplicate:
    """The same mould's case takes this one in, unless it went into another one itself."""
    draft: CaseMarkedDuplicate = order.draft
    refuse(_takes_in(known.get("case", draft.master_case_id), case))
    return draft


def _takes_in(master: Case | None, case: Case) -> Iterator[Fault]:
    if master is None or master.intake.report is None:
        yield Fault("V-REF", "not_found", "master_case_id", {"name": ""})
        return
    if master.state is CaseState.MERGED:
        yield Fault("S-GUARD", "master_is_merged", "master_case_id", {"name": master.intake.master_case_id or ""})
    if not _same_mould(master, case):
        yield Fault("S-GUARD", "master_of_other_mould", "master_case_id")


def _same_mould(one: Case, other: Case) -> bool:
    """By the register, else by the number on the report."""
    first, second = report_of(one), report_of(other)
    if first.mould_id is not None and second.mould_id is not None:
        return first.mould_id == second.mould_id
    return is_known(first.mould_no) and first.mould_no == second.mould_no


def check_absorbed(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nothing of its own. Raises: AlreadyTrue when the report stands in the master already."""
    if any(one.case_id == order.draft.from_case_id for one in case.intake.absorbed):
        raise AlreadyTrue("DuplicateAbsorbed")
    return iter(())


def absorb_duplicate(order: Order, case: Case, known: Known) -> DuplicateAbsorbed:
    """The master holds the report too, and its earliest time."""
    draft: DuplicateAbsorbed = order.draft
    return draft


def unmark_duplicate(order: Order, case: Case, known: Known) -> DuplicateUnmarked:
    """The case goes on by itself."""
    draft: DuplicateUnmarked = order.draft
    return draft


def check_released(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nothing of its own. Raises: AlreadyTrue when the report is not in the master any more."""
    if all(one.case_id != order.draft.from_case_id for one in case.intake.absorbed):
        raise AlreadyTrue("DuplicateReleased")
    return iter(())


def release_duplicate(order: Order, case: Case, known: Known) -> DuplicateReleased:
    """The master is without the report again."""
    draft: DuplicateReleased = order.draft
    return draft


def check_transfer(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The customer knows by now (R-1.2-b)."""
    yield from not_ahead(order, "customer_informed_at")


def transfer_case(order: Order, case: Case, known: Known) -> CaseTransferred:
    """The matter is somebody else's."""
    draft: CaseTransferred = order.draft
    return draft


def return_transfer(order: Order, case: Case, known: Known) -> TransferReturned:
    """The matter is ours after all."""
    draft: TransferReturned = order.draft
    return draft


def may_cancel(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """That something never was a request is a supervisor's to say."""
    if order.actor.role is Role.SPECIALIST and order.draft.reason in (CancelReason.TEST, CancelReason.SPAM):
        yield Fault("A-ROLE", "never_a_request_by_supervisor", "reason")


def check_cancellation(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A withdrawal is proven; so is everything that a specialist cancels."""
    draft: CaseCancelled = order.draft
    is_proven = draft.reason is CancelReason.CUSTOMER_WITHDREW or order.actor.role is Role.SPECIALIST
    yield from needed(draft.evidence_ref, draft.reason is not None and is_proven, "evidence_ref")


def cancel_case(order: Order, case: Case, known: Known) -> CaseCancelled:
    """Nothing is to be done."""
    draft: CaseCancelled = order.draft
    return draft
