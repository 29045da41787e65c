"""The rules of correcting and voiding. Pure: which facts may be set right, by whom, and what must still hold after."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from services.followup.decide_correctable import hindrances
from shared.case.effective import REVISING, Told, case_of, effective, event_of
from shared.case.resting import breaks
from shared.case.state import Case
from shared.events.case.record import EventVoided, RecordCorrected
from shared.events.catalogue import EVENTS
from shared.events.own_times import OWN_TIMES
from shared.events.paths import placed, value_at
from shared.events.vocabulary import CaseState, Role
from shared.rules.acting import refuse
from shared.rules.instants import ends_after
from shared.store.checker import checked_at
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order, Reference, Refused

BEFORE_EVALUATION = frozenset(tuple(CaseState)[: tuple(CaseState).index(CaseState.EVALUATED)])
BY_TECHNICIAN = timedelta(hours=24)
"""How long a technician may correct what he recorded."""
_STAYING = frozenset({*REVISING, "SlaBreached"})
"""Events that are never voided: corrections are corrected again, and a breach that was recorded stays."""


def target(draft: RecordCorrected | EventVoided) -> str | None:
    """The event that it is about."""
    return draft.target_event_id


def may_correct(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A supervisor always; others what they recorded, before the customer evaluates, a technician within a day."""
    if order.actor.role in (Role.SUPERVISOR, Role.SYSTEM):
        return
    found = known.past.named(order.draft.target_event_id or "")
    if case.state not in BEFORE_EVALUATION:
        yield Fault("A-ROLE", "supervisor_corrects_now")
    elif found is not None and order.actor.user not in (found.meta.actor, found.meta.on_behalf_of):
        yield Fault("A-ROLE", "corrects_own_only")
    elif (
        found is not None and order.actor.role is Role.TECHNICIAN and order.now - found.meta.recorded_at > BY_TECHNICIAN
    ):
        yield Fault("A-ROLE", "corrects_within_a_day")


def named_by_new_value(draft: RecordCorrected, known: Known) -> Iterable[Reference]:
    """The aggregates and files that the new value names, as the field would."""
    checked = _checked(draft, known)
    return checked[1] if checked is not None else ()


def check_correction(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The event is one of this case, the field one of the event, and the new value fits the field."""
    draft: RecordCorrected = order.draft
    if draft.target_event_id is None:
        return
    found = known.past.named(draft.target_event_id)
    if found is None:
        yield Fault("V-REF", "event_of_other_case", "target_event_id", {"name": draft.target_event_id})
    elif draft.field_path is not None and not list(hindrances(found, draft.field_path)):
        if not _has_place(known, draft):
            yield Fault("V-REF", "no_such_field", "field_path", {"name": draft.field_path})
        elif (checked := _checked(draft, known)) is not None:
            yield from checked[2] or _times(order, known, checked[0])


def correct_record(order: Order, case: Case, known: Known) -> RecordCorrected:
    """The correction with what stands in the record now, where that is what the caller saw."""
    draft: RecordCorrected = order.draft
    found = known.past.named(draft.target_event_id)
    checked = _checked(draft, known)
    counted = known.past.counted(draft.target_event_id)
    refuse(hindrances(found, draft.field_path) if found is not None else ())
    if counted is None or checked is None or known.past.opened is None:
        raise Refused(Fault("S-GUARD", "voided_already", "target_event_id"))
    stored = value_at(counted.fields, draft.field_path)
    opened = value_at(known.past.opened, draft.field_path)
    if stored is not None and opened is None:
        raise Refused(Fault("S-GUARD", "text_erased", "field_path"))
    corrected = replace(draft, target_type=counted.meta.type, old_value=stored, new_value=checked[0])
    refuse(_broken(order, known, corrected), _backwards(order, case, known, corrected))
    if not _alike(draft.old_value, opened):
        raise Refused(Fault("C-VER", "old_value_differs", "old_value"))
    return corrected


def check_voiding(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The event is one of this case, and belongs to another if it is said to."""
    draft: EventVoided = order.draft
    if draft.target_event_id is not None and known.past.named(draft.target_event_id) is None:
        yield Fault("V-REF", "event_of_other_case", "target_event_id", {"name": draft.target_event_id})
    if draft.moved_to_case == order.aggregate_id:
        yield Fault("V-REF", "moved_to_itself", "moved_to_case")


def void_event(order: Order, case: Case, known: Known) -> EventVoided:
    """The event no longer counts, and everything after it still holds."""
    draft: EventVoided = order.draft
    found = known.past.named(draft.target_event_id)
    if found is None or found.meta.version == 1:
        raise Refused(Fault("S-GUARD", "begins_the_case", "target_event_id"))
    if found.meta.type in _STAYING:
        raise Refused(Fault("S-GUARD", "never_voided", "target_event_id", {"name": found.meta.type}))
    if known.past.counted(draft.target_event_id) is None:
        raise Refused(Fault("S-GUARD", "voided_already", "target_event_id"))
    refuse(_broken(order, known, draft))
    return draft


def _broken(order: Order, known: Known, event: RecordCorrected | EventVoided) -> Iterator[Fault]:
    """Events that held before and would hold no longer."""
    after = effective([*known.past.events, _told(order, known, event)])
    broken = breaks(after) - breaks(known.past.counting)
    for one in after:
        if any(one.meta.event_id == each.event_id for each in broken):
            yield Fault("S-GUARD", "would_not_hold", "", {"name": f"{one.meta.type} #{one.meta.version}"})


def _backwards(order: Order, case: Case, known: Known, event: RecordCorrected) -> Iterator[Fault]:
    """Clocks that would stop before they begin, and did not before."""
    after = case_of([*known.past.events, _told(order, known, event)])
    for name in _stopped_early(after) - _stopped_early(case):
        yield Fault("S-GUARD", "clock_backwards", "new_value", {"clock": name})


def _stopped_early(case: Case) -> set[str]:
    return {run.clock.value for run in case.timing.runs if run.stop is not None and run.stop.at < run.start.at}


def _told(order: Order, known: Known, event: RecordCorrected | EventVoided) -> Told:
    """The event as it would be told after the others."""
    meta = replace(known.past.events[-1].meta, type=type(event).__name__, event_id=order.command_id)
    return Told(meta, msgspec.to_builtins(event))


def _has_place(known: Known, draft: RecordCorrected) -> bool:
    counted = known.past.counted(draft.target_event_id)
    if counted is None:
        return True
    try:
        checked_at(EVENTS[counted.meta.type], draft.field_path, None, "new_value")
        value_at(counted.fields, draft.field_path)
    except LookupError:
        return False
    return True


def _checked(draft: RecordCorrected, known: Known) -> tuple[Any, Sequence[Reference], Sequence[Fault]] | None:
    """The new value as it is stored, what it names, and its faults; None where there is no field to check it by."""
    counted = known.past.counted(draft.target_event_id or "")
    if counted is None or draft.field_path is None or not _has_place(known, draft):
        return None
    value, findings = checked_at(EVENTS[counted.meta.type], draft.field_path, draft.new_value, "new_value")
    return value, findings.references, findings.faults


def _times(order: Order, known: Known, value: Any) -> Iterator[Fault]:
    """When something happened is not ahead of now, and what ends does so after it began."""
    draft: RecordCorrected = order.draft
    counted = known.past.counted(draft.target_event_id)
    assert counted is not None
    event = event_of(Told(counted.meta, placed(counted.fields, draft.field_path, value)))
    if draft.field_path in OWN_TIMES.get(counted.meta.type, ()):
        instant = getattr(event, draft.field_path, None)
        if isinstance(instant, datetime) and instant > order.now + TOLERANCE:
            yield Fault("V-TIME", "in_the_future", "new_value")
    if draft.field_path in ("started_at", "ended_at"):
        yield from (replace(one, field="new_value") for one in ends_after(event, "ended_at", "started_at"))


def _alike(given: Any, stored: Any) -> bool:
    """Whether the caller's old value is what stands there; an instant may be told in any zone."""
    match given, stored:
        case str(), str():
            return given.strip() == stored or _same_instant(given, stored)
        case list(), list():
            return len(given) == len(stored) and all(map(_alike, given, stored))
        case dict(), dict():
            names = {name for one in (given, stored) for name, value in one.items() if value is not None}
            return all(_alike(given.get(name), stored.get(name)) for name in names)
    return isinstance(given, bool) is isinstance(stored, bool) and bool(given == stored)


def _same_instant(given: str, stored: str) -> bool:
    try:
        return msgspec.convert(given, datetime) == msgspec.convert(stored, datetime)
    except (msgspec.ValidationError, TypeError):
        return False
