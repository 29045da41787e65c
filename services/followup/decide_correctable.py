"""What of the record may be corrected at all. Pure: facts may, what somebody signed, scored or decided may not."""

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from shared.case.effective import REVISING, Told
from shared.case.lifecycle import rows
from shared.events.catalogue import EVENTS
from shared.events.envelope import Meta
from shared.events.paths import Place, place_of, plain_of
from shared.events.shapes import Signature
from shared.events.vocabulary import Role
from shared.store.checker import set_by_service
from shared.store.order import Fault

DECISIONS = frozenset(
    {
        *("OnsiteApproved", "OnsiteRejected", "OnsiteWithdrawn", "QuotationDecided", "PlanAgreed", "PlanRefused"),
        *("UnsignedDecided", "RemedyDecided", "InformationWaived", "EvaluationDeclined"),
    }
)
"""What somebody decided is taken back by a new decision."""
SCORES = {
    "CustomerEvaluated": frozenset({"process", "result", "attitude", "timeliness"}),
    "CallbackDone": frozenset({"final_satisfaction"}),
}
"""Scores that the customer gave, by event."""


def hindrances(found: Told, path: str) -> Iterator[Fault]:
    """Why a field of an event may not be corrected, told on the field that says it."""
    type = found.meta.type
    if type in REVISING:
        yield Fault("S-GUARD", "correct_the_first", "target_event_id", {"name": type})
    elif type in DECISIONS:
        yield Fault("S-GUARD", "decide_anew", "target_event_id", {"name": type})
    elif {role for row in rows(type) for role in row.roles} == {Role.SYSTEM}:
        yield Fault("S-GUARD", "recorded_by_machinery", "target_event_id", {"name": type})
    elif path in Meta.__struct_fields__ and path not in EVENTS[type].__struct_fields__:
        yield Fault("S-GUARD", "envelope_stays", "field_path", {"name": path})
    elif path in SCORES.get(type, ()):
        yield Fault("S-GUARD", "score_stays", "field_path", {"name": path})
    elif (place := _place(type, path)) is not None:
        if any(_is_signature(kind) for kind in place.on_the_way):
            yield Fault("S-GUARD", "signature_stays", "field_path", {"name": path})
        elif any(set_by_service(kind) for kind in place.on_the_way):
            yield Fault("S-GUARD", "service_sets_it", "field_path", {"name": path})


def _place(type: str, path: str) -> Place | None:
    try:
        return place_of(EVENTS[type], path)
    except LookupError:
        return None


def _is_signature(kind: Any) -> bool:
    plain = plain_of(kind)
    return isinstance(plain, inspect.StructType) and plain.cls is Signature
