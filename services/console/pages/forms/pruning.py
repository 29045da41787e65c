"""Leaves out what a form need not ask in this case: what is known, and what belongs to another way of service."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from shared.events.vocabulary import Role

Needed = Callable[[Situation], bool]


def needed(command: str, fields: Sequence[FormField], now: Situation) -> tuple[FormField, ...]:
    """The fields that are asked in this situation."""
    kept = [field for field in fields if _is_needed(command, field, now)]
    if command != "SupplementInfo" or now.case is None:
        return tuple(kept)
    return tuple(_only_missing(field, now.case.missing) if field.name == "fields" else field for field in kept)


def _is_needed(command: str, field: FormField, now: Situation) -> bool:
    rule = _NEEDED.get((command, field.name)) or _ANYWHERE.get(field.name)
    return rule is None or rule(now)


def _only_missing(field: FormField, missing: Sequence[str]) -> FormField:
    inner = tuple(one for one in field.fields if one.name in missing)
    return msgspec.structs.replace(field, fields=inner or field.fields)


def _is_missing(name: str) -> Needed:
    return lambda now: now.case is None or name in now.case.missing


def _is_unlinked(name: str) -> Needed:
    return lambda now: now.case is None or getattr(now.case, name) is None


def _not_remote(now: Situation) -> bool:
    return now.is_remote() is not True


def _not_on_site(now: Situation) -> bool:
    return now.is_remote() is not False


def _was_consulted(now: Situation) -> bool:
    return now.last("ConsultationHeld") is not None


def _visits(now: Situation) -> bool:
    return now.is_return() is not True


def _returns(now: Situation) -> bool:
    return now.is_return() is not False


def _may_be_unsigned(now: Situation) -> bool:
    return now.is_remote() is not False and now.visitor.has(Role.SUPERVISOR)


def _decides(now: Situation) -> bool:
    return now.visitor.has(Role.SUPERVISOR)


_NEEDED: dict[tuple[str, str], Needed] = {
    ("SupplementInfo", "customer_id"): _is_unlinked("customer_id"),
    ("SupplementInfo", "mould_id"): _is_unlinked("mould_id"),
    ("Classify", "scope"): _is_missing("scope"),
    ("Classify", "mould_kind"): _is_missing("mould_kind"),
    ("Classify", "mould_id"): _is_unlinked("mould_id"),
    ("AssessWarranty", "mould_id"): _is_unlinked("mould_id"),
    ("Classify", "override_reason"): _decides,
    ("VerifyService", "signature"): _not_remote,
    ("VerifyService", "trial_event_id"): _not_remote,
    ("VerifyService", "confirmation"): _not_on_site,
    ("VerifyService", "unsigned"): _may_be_unsigned,
    ("VerifyService", "reason"): _may_be_unsigned,
    **{("PrepareService", name): _visits for name in ("items", "technicians", "spares", "drawings")},
    **{("PrepareService", name): _returns for name in ("transport", "packing_list", "photos_out")},
    ("ApproveOnsite", "agreed_until"): _returns,
    ("EvaluateService", "signature"): _not_remote,
    ("EvaluateService", "confirmation"): _not_on_site,
}
_ANYWHERE: dict[str, Needed] = {
    "consultation_ref": _was_consulted,
    "differs_reason": _was_consulted,
}


def linked_facts(mould: Any, customer: Any) -> dict[str, str]:
    """What the registers say of a mould and its owner, by the fields of a report."""
    facts = {}
    if mould is not None:
        facts = {
            "mould_no": mould.mould_no,
            "mould_name": mould.mould_name,
            "mould_model": mould.model,
            "mould_spec": mould.spec,
            "mould_kind": mould.kind,
            "order_no": mould.order_no,
        }
    if customer is not None:
        facts |= {"customer_id": customer.customer_no, "customer_name": customer.customer_name}
    return facts
