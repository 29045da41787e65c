"""The rules of intake. Pure: what may be registered, supplemented and acknowledged, and what not."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from shared.case.intake import supplied
from shared.case.state import Case, is_known, report_of
from shared.clocks.policy import CALENDAR, FAULT_CODES, SERVICE_LEVELS
from shared.events.case.intake import (
    CaseAcknowledged,
    FeedbackReceived,
    InformationWaived,
    InfoSupplemented,
    SuppliedFields,
)
from shared.events.shapes import Unknown
from shared.events.vocabulary import CaseKind, Channel, Role
from shared.masters.customer import Customer
from shared.rules.acting import own_company, refuse, sent
from shared.rules.calendars import calendar_version
from shared.rules.fields import filled, listed_once
from shared.store.order import Fault, Known, Order, Reference, Refused

TOLERATED_AHEAD = 300
"""Seconds that a caller's clock may be ahead of ours."""
_MOULD_FIELDS = ("mould_no", "mould_model", "mould_spec", "mould_kind", "order_no")
_NEEDS_RAW = ("customer_name", "contact_name", "contact_email", "problem_description")
_BY_CHANNEL = {
    "relayed_by": Channel.SALES_RELAY,
    "relay_received_at": Channel.SALES_RELAY,
    "letter_no": Channel.LETTER,
    "arrived_on": Channel.LETTER,
    "posted_on": Channel.LETTER,
}
_REQUIRED_BY_CHANNEL = ("relayed_by", "relay_received_at", "letter_no", "arrived_on")
_LOCAL = ZoneInfo("Asia/Shanghai")


def rules_in_force(draft: object, state: object) -> Iterable[Reference]:
    """Registering needs the service levels, calendar and fault codes in force, whose versions the case keeps."""
    return (Reference("policy", name, "") for name in (SERVICE_LEVELS, CALENDAR, FAULT_CODES))


def check_feedback(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """What single fields of a report cannot show (R-2.1.1-a to -c, R-2.1.2-a, -b)."""
    draft: FeedbackReceived = order.draft
    yield from _who(draft, known)
    yield from _channel(draft)
    yield from _mould(draft)
    yield from _unknowns(draft)
    yield from _instants(draft, order.now)


def _who(draft: FeedbackReceived, known: Known) -> Iterator[Fault]:
    if draft.customer_id is None and draft.customer_name is None:
        yield Fault("V-REQ", "missing", "customer_name")
    if draft.contact_phone is None and draft.contact_email is None:
        yield Fault("V-REQ", "one_contact_way", "contact_phone")
    if draft.case_kind is CaseKind.COMPLAINT and draft.complained_about is None:
        yield Fault("V-REQ", "missing", "complained_about")
    if draft.case_kind is CaseKind.SERVICE and draft.complained_about is not None:
        yield Fault("V-FMT", "only_for", "complained_about", {"condition": CaseKind.COMPLAINT.value})
    customer = known.get("customer", draft.customer_id or "")
    sites = customer.registered.sites if isinstance(customer, Customer) and customer.registered is not None else ()
    if draft.site is not None and sites and draft.site not in {site.site for site in sites}:
        yield Fault("V-REF", "unknown_site", "site")


def _channel(draft: FeedbackReceived) -> Iterator[Fault]:
    for name, channel in _BY_CHANNEL.items():
        given = getattr(draft, name) is not None
        if draft.channel is channel and not given and name in _REQUIRED_BY_CHANNEL:
            yield Fault("V-REQ", "missing", name)
        if draft.channel is not None and draft.channel is not channel and given:
            yield Fault("V-FMT", "only_for", name, {"condition": channel.value})


def _mould(draft: FeedbackReceived) -> Iterator[Fault]:
    if draft.case_kind is not CaseKind.COMPLAINT:
        for name in _MOULD_FIELDS:
            if getattr(draft, name) is None:
                yield Fault("V-REQ", "missing", name)


def _unknowns(draft: FeedbackReceived) -> Iterator[Fault]:
    stated = [name for name in SuppliedFields.__struct_fields__ if isinstance(getattr(draft, name), Unknown)]
    if stated and draft.info_due_at is None:
        yield Fault("V-REQ", "missing", "info_due_at")
    content = draft.raw_content_ref or ""
    if not content.startswith(("raw:", "sha256:")):
        for name in stated:
            if name in _NEEDS_RAW:
                yield Fault("V-REQ", "unknown_needs_raw", name)


def _instants(draft: FeedbackReceived, now: datetime) -> Iterator[Fault]:
    received = draft.received_at
    if received is None:
        return
    if (received - now).total_seconds() > TOLERATED_AHEAD:
        yield Fault("V-TIME", "in_the_future", "received_at")
    if isinstance(draft.fault_at, datetime) and draft.fault_at > received:
        yield Fault("V-TIME", "after", "fault_at", {"other": "received_at"})
    if draft.relay_received_at is not None and draft.relay_received_at > received:
        yield Fault("V-TIME", "after", "relay_received_at", {"other": "received_at"})
    if draft.arrived_on is not None and draft.arrived_on > _local_day(received):
        yield Fault("V-TIME", "after", "arrived_on", {"other": "received_at"})
    if draft.posted_on is not None and draft.arrived_on is not None and draft.posted_on > draft.arrived_on:
        yield Fault("V-TIME", "after", "posted_on", {"other": "arrived_on"})
    if draft.info_due_at is not None and draft.info_due_at <= received:
        yield Fault("V-TIME", "not_after", "info_due_at", {"other": "received_at"})


def _local_day(instant: datetime) -> date:
    return instant.astimezone(_LOCAL).date()


def register_feedback(order: Order, case: Case, known: Known) -> FeedbackReceived:
    """The report as a case, with the versions of the rules that it begins under."""
    draft: FeedbackReceived = order.draft
    levels = known.service_levels(SERVICE_LEVELS, order.now)
    codes = known.vocabulary(FAULT_CODES, order.now)
    if levels is None:
        raise Refused(Fault("S-GUARD", "no_policy"))
    return msgspec.structs.replace(
        draft,
        policy_version=levels.version,
        calendar_version=calendar_version(known, order.now),
        vocabulary_version=codes.version if codes is not None else 0,
    )


def may_register(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Some roles register through one channel only, and a customer for the own company only."""
    draft: FeedbackReceived = order.draft
    channels = {Role.TECHNICIAN: Channel.VERBAL, Role.CUSTOMER: Channel.PORTAL}
    only = channels.get(order.actor.role)
    if only is not None and draft.channel is not only:
        yield Fault("A-ROLE", "role_only_by_channel", "channel", {"channel": only.value})
    if order.actor.role is Role.CUSTOMER and draft.customer_id != order.actor.staff.customer_id:
        yield Fault("A-ROLE", "own_company_only", "customer_id")


def check_supplement(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Something is supplied, and a fault is not put after its report."""
    draft: InfoSupplemented = order.draft
    if draft.fields is None:
        return
    if not supplied(draft.fields) and draft.customer_id is None and draft.mould_id is None:
        yield Fault("V-REQ", "nothing_supplied", "fields")
    fault_at, report = draft.fields.fault_at, case.intake.report
    if report is not None and fault_at is not None and fault_at > report.received_at:
        yield Fault("V-TIME", "after", "fields.fault_at", {"other": "received_at"})


def supplement_info(order: Order, case: Case, known: Known) -> InfoSupplemented:
    """Fills what was stated as unknown, and links a customer or mould that was not linked yet (R-2.1.2-b)."""
    draft: InfoSupplemented = order.draft
    report = report_of(case)
    faults = [
        Fault("S-GUARD", "not_unknown", f"fields.{name}")
        for name in supplied(draft.fields)
        if not isinstance(getattr(report, name), Unknown)
    ]
    for name in ("customer_id", "mould_id"):
        linked = getattr(report, name)
        if getattr(draft, name) is not None and linked is not None:
            faults.append(Fault("S-GUARD", "already_linked", name, {"name": linked}))
    if faults:
        raise Refused(*faults)
    return draft


def check_waiver(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Fields that a report may leave unknown, each once."""
    draft: InformationWaived = order.draft
    yield from filled(draft, "fields")
    yield from listed_once(draft.fields, "fields[{}]")
    for index, name in enumerate(draft.fields or ()):
        if name not in SuppliedFields.__struct_fields__:
            allowed = ", ".join(SuppliedFields.__struct_fields__)
            yield Fault("V-ENUM", "not_in_vocabulary", f"fields[{index}]", {"allowed": allowed})


def waive_information(order: Order, case: Case, known: Known) -> InformationWaived:
    """A supervisor lets a case go on whose model and order number nobody knows (R-2.1.2-b)."""
    draft: InformationWaived = order.draft
    report = report_of(case)
    faults = [
        Fault("S-GUARD", "not_unknown", f"fields[{index}]")
        for index, name in enumerate(draft.fields)
        if not isinstance(getattr(report, name), Unknown)
    ]
    if is_known(report.mould_model) or is_known(report.order_no):
        faults.append(Fault("S-GUARD", "nothing_to_waive", "fields"))
    refuse(faults)
    return draft


def may_supply(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A technician who is sent, and a customer for the own company only."""
    yield from sent(order, case, Role.TECHNICIAN)
    yield from own_company(order, case)


def check_acknowledgement(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The times of a first response fit the report and each other (R-2.1.2-d)."""
    draft: CaseAcknowledged = order.draft
    if draft.ack_at is None:
        return
    if case.intake.report is not None and draft.ack_at < case.intake.report.received_at:
        yield Fault("V-TIME", "before", "ack_at", {"other": "received_at"})
    if (draft.ack_at - order.now).total_seconds() > TOLERATED_AHEAD:
        yield Fault("V-TIME", "in_the_future", "ack_at")
    if draft.next_contact_at is not None and draft.next_contact_at <= draft.ack_at:
        yield Fault("V-TIME", "not_after", "next_contact_at", {"other": "ack_at"})


def acknowledge_case(order: Order, case: Case, known: Known) -> CaseAcknowledged:
    """The first response of this cycle, once."""
    if is_known(case.intake.acknowledged_at):
        raise Refused(Fault("S-GUARD", "already_acknowledged"))
    draft: CaseAcknowledged = order.draft
    return draft
