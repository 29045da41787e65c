"""What a form shows before anybody typed: what the case says already, and the present instant where that is meant."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.console.pages.forms.body import local
from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.tables import LATER, NOW, NOW_INSIDE, QUIET_ROWS, REQUIRED_DOCUMENTS
from services.console.pages.forms.typed import FILE_NAME, GIVEN, inside, row_path
from shared.events.vocabulary import Role

Preset = Callable[[Situation], Any]


def prefilled(fields: Sequence[FormField], now: Situation) -> dict[str, list[str]]:
    """The values of an empty form by path."""
    shown: dict[str, list[str]] = {}
    for path, value, is_quiet in _values(fields, now, "", is_quiet=False):
        shown[path] = value if isinstance(value, list) else [value]
        if is_quiet:
            shown[path + GIVEN] = list(shown[path])
    return shown


def _values(
    fields: Sequence[FormField], now: Situation, path: str, *, is_quiet: bool
) -> Iterator[tuple[str, Any, bool]]:
    for field in fields:
        below = inside(path, field.name)
        if field.kind == "group":
            yield from _values(field.fields, now, below, is_quiet=is_quiet or not field.is_required)
        elif field.kind == "rows":
            for index, row in enumerate(_rows(field, now)):
                for name, value in row.items():
                    yield inside(row_path(below, index), name), _text_of(value), field.name in QUIET_ROWS
        elif value := _text_of(_value(field, now, below)):
            yield below, value, is_quiet


def shown(value: Any, field: FormField) -> Any:
    """A stored value as the input of its field shows it: a text, or texts where several may be given."""
    match value:
        case str() if field.kind == "instant":
            return local(datetime.fromisoformat(value))
        case str() if field.kind == "note":
            return value.removeprefix("note:")
        case int() if field.kind == "money":
            return f"{value / 100:.2f}"
        case list() if field.kind == "lines":
            return "\n".join(map(str, value))
    return _text_of(value)


def _text_of(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return local(value)
        case float():
            return f"{value:.3f}".rstrip("0").rstrip(".")
        case list():
            return [str(one) for one in value]
    return str(value)


def _value(field: FormField, now: Situation, path: str) -> Any:
    if path in NOW_INSIDE or (field.name in NOW and field.kind == "instant"):
        return now.now
    if field.name in LATER:
        return now.now + LATER[field.name]
    preset = _BY_PATH.get(path) or _BY_OWNER.get((field.owner, field.name))
    if preset is not None:
        return preset(now)
    return field.options[0] if field.kind == "choice" and field.is_required and len(field.options) == 1 else None


def _customer(now: Situation) -> Any:
    """The customer's person that we speak with."""
    return now.said("OnsiteProblemConfirmed", "met_with", "name") or _contact(now)


def _contact(now: Situation) -> Any:
    return now.contact.name if now.contact is not None else None


def _on_site(now: Situation) -> Any:
    return now.said("VisitConfirmed", "site_contact", "name") or _contact(now)


def _mode(now: Situation) -> Any:
    remote = now.is_remote()
    return None if remote is None else "REMOTE" if remote else "ONSITE"


def _form(now: Situation) -> Any:
    return "COMPLETION" if now.is_remote() else "SITE_REPORT"


def _event_id(type: str) -> Preset:
    def found(now: Situation) -> Any:
        event = now.last(type)
        return event.event_id if event is not None else None

    return found


def _proof(now: Situation) -> Any:
    """The newest trial run, or training in its place."""
    proofs = [event for event in now.events if event.type in ("TrialRunRecorded", "TrainingRecorded")]
    return proofs[-1].event_id if proofs else None


def _open_point(now: Situation) -> Any:
    done = {event.data.get("point") for event in now.all("CallbackDone")}
    return next((one.data["point"] for one in now.all("CallbackScheduled") if one.data["point"] not in done), None)


def _sent(now: Situation) -> Any:
    return now.said("TechnicianArrived", "people") or now.said("ServicePrepared", "technicians")


def _me(now: Situation) -> Any:
    return now.visitor.user


def _ack_channel(now: Situation) -> Any:
    return now.case.channel if now.case is not None and now.case.channel in ("HOTLINE", "EMAIL", "IM") else None


def _channel(now: Situation) -> Any:
    """The one channel that customers and technicians register through."""
    if now.visitor.has(Role.SPECIALIST, Role.SUPERVISOR, Role.SALES):
        return None
    return "PORTAL" if now.visitor.has(Role.CUSTOMER) else "VERBAL" if now.visitor.has(Role.TECHNICIAN) else None


def _zone(now: Situation) -> Any:
    """The zone of the site that the report names, or of the customer's only one."""
    owner = next(
        (row for row in now.customers if now.case is not None and row.aggregate_id == now.case.customer_id), None
    )
    zones = dict(zip(owner.sites, owner.zones, strict=True)) if owner is not None else {}
    site = now.said("FeedbackReceived", "site")
    return zones.get(site) or (next(iter(zones.values())) if len(zones) == 1 else None)


def _raised(name: str) -> Preset:
    """What the newest escalation that waits says in a field."""

    def preset(now: Situation) -> Any:
        taken = {(one.data["clock"], one.data["level"]) for one in now.all("EscalationAcknowledged")}
        raised = (one.data for one in reversed(now.all("Escalated")))
        waiting = (one for one in raised if (one["clock"], one["level"]) not in taken)
        return next((one[name] for one in waiting), None)

    return preset


def _trigger(now: Situation) -> Any:
    """Why a case is opened again: cancelled in error, else the customer was dissatisfied at a call-back."""
    if now.case is not None and now.case.state == "CANCELLED":
        return "CANCELLED_IN_ERROR"
    return "CALLBACK" if now.said("CallbackDone", "result") == "DISSATISFIED" else None


def _look(now: Situation) -> Any:
    """The first decision on a remedy, then the second look."""
    return "SECOND_LOOK" if now.all("RemedyDecided") else "FIRST"


def _is_estimated(now: Situation) -> Any:
    """Whether the shots that are known were estimated, None while none are known."""
    return now.warranty.is_estimated if now.warranty is not None and now.warranty.shots is not None else None


_BY_PATH: dict[str, Preset] = {
    "case_kind": lambda now: "SERVICE",
    "channel": _channel,
    "customer_id": lambda now: now.visitor.customer_id,
    "language": lambda now: "zh",
    "key_account": lambda now: False,
    "plan_version": lambda now: now.said("PlanProposed", "plan_version"),
    "trial_event_id": _proof,
    "consultation_ref": _event_id("ConsultationHeld"),
    "feedback_event_id": _event_id("DepartmentFeedbackSent"),
    "cost_effect": lambda now: now.said("WarrantyAssessed", "charge"),
    "ack_channel": _ack_channel,
    "point": _open_point,
    "people": _sent,
    "our_people": lambda now: [now.visitor.user],
    "keeper": _me,
    "trainer": _me,
    "form": _form,
    "site_contact.name": _contact,
    "site_contact.phone": lambda now: now.contact.phone if now.contact is not None else None,
    "confirmed_by": _contact,
    "met_with.name": _on_site,
    "signature.signed_by": _customer,
    "signature.title": lambda now: now.said("OnsiteProblemConfirmed", "met_with", "title"),
    "confirmation.name": _contact,
    "refused_by": _customer,
    "delivered_to": _customer,
    "evaluated_by": _customer,
    "respondent": _customer,
}
_BY_OWNER: dict[tuple[str, str], Preset] = {
    ("ServiceVerified", "mode"): _mode,
    ("OnsiteProblemConfirmed", "fault_code"): lambda now: now.case.fault_code if now.case is not None else None,
    ("OnsiteRequested", "zone"): _zone,
    ("CaseReopened", "trigger"): _trigger,
    ("CustomerNotified", "to"): _contact,
    ("DepartmentFeedbackAcknowledged", "action"): lambda now: "NONE",
    ("EscalationAcknowledged", "clock"): _raised("clock"),
    ("EscalationAcknowledged", "level"): _raised("level"),
    ("MessageRequested", "to"): _contact,
    ("QuotationDecided", "quote_no"): lambda now: now.said("QuotationIssued", "quote_no"),
    ("RemedyDecided", "step"): _look,
    ("WarrantyAssessed", "shots_read"): lambda now: now.warranty.shots if now.warranty is not None else None,
    ("WarrantyAssessed", "shots_estimated"): _is_estimated,
}


def _rows(field: FormField, now: Situation) -> Sequence[dict[str, Any]]:
    make = _ROWS.get(field.name)
    rows = make(now) if make is not None else []
    known = {one.name: one for one in field.fields}
    if not rows and (fixed := next((one for one in field.fields if one.kind == "fixed"), None)):
        rows = [{fixed.name: option} for option in fixed.options]
    return [_row(row, known) for row in rows]


def _row(row: dict[str, Any], known: dict[str, FormField]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name.removesuffix(FILE_NAME) in known and value is not None}


def _participants(now: Situation) -> list[dict[str, Any]]:
    me = next((row for row in now.staff if row.aggregate_id == now.visitor.user), None)
    return [{"person_id": me.aggregate_id, "dept": me.dept}] if me is not None and me.dept else []


def _used(now: Situation) -> list[dict[str, Any]]:
    return [part for event in now.all("WorkPerformed") for part in event.data.get("parts", ())]


def _caller(now: Situation) -> list[dict[str, Any]]:
    name = _contact(now)
    return [{"name": name}] if name else []


def _lacking(now: Situation) -> list[dict[str, Any]]:
    """The documents of the required set that nobody attached."""
    there = {event.data["doc_type"] for event in now.events if event.type == "DocumentAttached"}
    wanted = REQUIRED_DOCUMENTS["remote" if now.is_remote() else "site"]
    return [{"doc_type": name, "present": False} for name in wanted if name not in there]


def _home(now: Situation) -> list[dict[str, Any]]:
    return [{"time_zone": "Asia/Shanghai"}]


_ROWS: dict[str, Callable[[Situation], list[dict[str, Any]]]] = {
    "participants": _participants,
    "parts_replaced": _used,
    "customer_people": _caller,
    "checklist": _lacking,
    "sites": _home,
}
