"""What a field holds before anybody typed: what the case, the visitor or the registers say already."""

from collections.abc import Callable
from typing import Any

from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from shared.events.vocabulary import Role

Preset = Callable[[Situation], Any]


def has_preset(field: FormField, path: str) -> bool:
    """Whether something may be known of a field."""
    return path in _BY_PATH or (field.owner, field.name) in _BY_OWNER


def preset_of(field: FormField, now: Situation, path: str) -> Any:
    """What is known of a field, None when nothing is. Raises: KeyError when nothing can be."""
    preset = _BY_PATH.get(path) or _BY_OWNER[field.owner, field.name]
    return preset(now)


def _customer(now: Situation) -> Any:
    """The customer's person that we speak with."""
    return now.said("OnsiteProblemConfirmed", "met_with", "name") or contact_name(now)


def contact_name(now: Situation) -> Any:
    """The name of the person who reported, as far as it may be read."""
    return now.contact.name if now.contact is not None else None


def _on_site(now: Situation) -> Any:
    return now.said("VisitConfirmed", "site_contact", "name") or contact_name(now)


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
    "site_contact.name": contact_name,
    "site_contact.phone": lambda now: now.contact.phone if now.contact is not None else None,
    "confirmed_by": contact_name,
    "met_with.name": _on_site,
    "signature.signed_by": _customer,
    "signature.title": lambda now: now.said("OnsiteProblemConfirmed", "met_with", "title"),
    "confirmation.name": contact_name,
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
    ("CustomerNotified", "to"): contact_name,
    ("DepartmentFeedbackAcknowledged", "action"): lambda now: "NONE",
    ("EscalationAcknowledged", "clock"): _raised("clock"),
    ("EscalationAcknowledged", "level"): _raised("level"),
    ("MessageRequested", "to"): contact_name,
    ("QuotationDecided", "quote_no"): lambda now: now.said("QuotationIssued", "quote_no"),
    ("RemedyDecided", "step"): _look,
    ("WarrantyAssessed", "shots_read"): lambda now: now.warranty.shots if now.warranty is not None else None,
    ("WarrantyAssessed", "shots_estimated"): _is_estimated,
}
