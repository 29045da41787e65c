"""Folding with corrections is folding the record as if it had been right from the start, however it is read."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.intake.projections.case_history import CASE_HISTORY
from services.intake.projections.open_cases import OPEN_CASES
from shared.case.effective import Told, case_of, effective, told_of
from shared.case.fold import fold
from shared.case.resting import revision
from shared.case.state import Case
from shared.events.case.dispatch import PlanProposed
from shared.events.catalogue import decode
from shared.events.envelope import Meta, Recorded, encode
from shared.events.own_times import OWN_TIMES
from shared.events.paths import parts_of, place_of, placed, value_at
from shared.masters.aggregates import states_of
from shared.projections.folding import Folded, Folder
from shared.projections.reader import Reader
from shared.projections.reference import Reference
from shared.projections.revising import Revising
from shared.projections.standing import standing_of
from shared.store.cache import Aggregates
from shared.store.memory import MemoryStore
from shared.store.port import Draft
from tests.support.desk import COMMANDS
from tests.support.reading import StillSealed
from tests.support.samples import at
from tests.support.walking import walk

LAWS = settings(max_examples=60, deadline=None)
FIELDS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("FeedbackReceived", "mould_no", ("M-1", "M-2", {"unknown": True, "reason": "x"})),
    ("FeedbackReceived", "received_at", (at(-3), at(-0.2))),
    ("FeedbackReceived", "press", ("HTF 380", None)),
    ("Classified", "urgency", ("URGENT", "NORMAL", "MINOR")),
    ("Classified", "fault_code", ("I-PQ-02", None)),
    ("TechnicianArrived", "arrived_at", (at(19), at(20))),
    ("PlanProposed", "steps[0].seq", (1, 7)),
    ("WorkPerformed", "ended_at", (at(24.9), at(25))),
)
WAYS = ("get", "refresh", "observe", "append", "observe and append", "forget")
Change = tuple[str, str, Any]
CHANGES = st.sampled_from([(type, path, value) for type, path, values in FIELDS for value in values])


@cache
def visit() -> tuple[Told, ...]:
    """A normal visit as it was stored."""

    async def taken() -> tuple[Told, ...]:
        walked = await (await walk()).after("ReturnFromSite")
        return tuple(map(told_of, await walked.desk.events(walked.case_id)))

    return asyncio.run(taken())


def of_type(history: Sequence[Told], type: str) -> Told:
    return next(one for one in history if one.meta.type == type)


def correcting(history: Sequence[Told], change: Change) -> Told:
    type, path, value = change
    fields = {"target_event_id": of_type(history, type).meta.event_id, "target_type": type, "field_path": path}
    fields |= {"old_value": None, "new_value": value, "reason_code": "TYPO", "reason": "x"}
    return Told(made("RecordCorrected"), fields)


def voiding(target: Told) -> Told:
    return Told(made("EventVoided"), {"target_event_id": target.meta.event_id, "reason": "x"})


def made(type: str) -> Meta:
    return replace(visit()[0].meta, type=type, event_id=str(uuid4()), command_id=str(uuid4()))


def right_from_the_start(history: Sequence[Told], changes: Sequence[Change]) -> Case:
    """The plain fold of a record that was written with these values."""
    case = Case()
    for one in history:
        fields, meta = one.fields, one.meta
        for type, path, value in changes:
            if type == meta.type:
                fields = placed(fields, path, value)
                if path in OWN_TIMES.get(type, ()):
                    meta = replace(meta, occurred_at=datetime.fromisoformat(value))
        case = fold(case, decode(Recorded(1, "evt.case.a", encode(meta, fields))), meta)
    return case


@LAWS
@given(st.lists(CHANGES, max_size=6))
def test_a_corrected_record_folds_like_one_that_was_right_from_the_start(changes: list[Change]) -> None:
    history = [*visit(), *(correcting(visit(), one) for one in changes)]
    assert case_of(history) == right_from_the_start(visit(), changes)


@LAWS
@given(st.lists(CHANGES, max_size=4), st.lists(CHANGES, max_size=4))
def test_correcting_back_and_forth_ends_where_it_began(kept: list[Change], undone: list[Change]) -> None:
    begun = [*visit(), *(correcting(visit(), one) for one in kept)]
    before = {one.meta.event_id: one for one in effective(begun)}
    back = []
    for type, path, _ in undone:
        stood = before[of_type(visit(), type).meta.event_id]
        back.append((type, path, value_at(stood.fields, path)))
    history = [*begun, *(correcting(visit(), one) for one in (*undone, *back))]
    assert effective(history) == effective(begun)
    assert case_of(history) == case_of(begun)


def log_of(history: Sequence[Told]) -> list[Recorded]:
    """The same as a chain in the log."""
    log, prev = list[Recorded](), ""
    for version, one in enumerate(history, 1):
        log.append(Recorded(version, "evt.case.a", encode(replace(one.meta, version=version, prev=prev), one.fields)))
        prev = log[-1].hash
    return log


async def stored(log: Sequence[Recorded]) -> MemoryStore:
    store = MemoryStore()
    for recorded in log:
        meta = recorded.meta
        draft = Draft(recorded.subject, recorded.payload, meta.event_id, meta.type, meta.version, meta.command_id)
        await store.append(draft, recorded.sequence - 1)
    return store


@st.composite
def corrected_visits(draw: st.DrawFn) -> list[Told]:
    """A visit with corrections and voidings anywhere behind what they are about."""
    history = list(visit())
    for change in draw(st.lists(CHANGES, max_size=4)):
        place = history.index(of_type(history, change[0])) + 1
        history.insert(draw(st.integers(place, len(history))), correcting(history, change))
    for type in draw(st.lists(st.sampled_from(["TechnicianReturned", "SafetyRulesRead"]), unique=True)):
        place = history.index(of_type(history, type)) + 1
        history.insert(draw(st.integers(place, len(history))), voiding(of_type(history, type)))
    return history


@LAWS
@given(corrected_visits())
def test_carrying_the_state_on_equals_folding_what_counts_at_every_version(history: list[Told]) -> None:
    log = log_of(history)
    for version, state in enumerate(states_of(log), 1):
        assert state == case_of(history[:version])


@LAWS
@given(corrected_visits(), st.lists(st.sampled_from(WAYS), min_size=1, max_size=9))
def test_the_decision_cache_holds_what_counts_however_it_was_fed(history: list[Told], ways: list[str]) -> None:
    asyncio.run(_fed(log_of(history), history, ways))


async def _fed(log: list[Recorded], history: list[Told], ways: list[str]) -> None:
    store = MemoryStore()
    cache = Aggregates(store)
    for place, recorded in enumerate(log):
        meta = recorded.meta
        await store.append(
            Draft(recorded.subject, recorded.payload, meta.event_id, meta.type, meta.version, meta.command_id), place
        )
        match ways[place % len(ways)]:
            case "get":
                await cache.get(recorded.subject)
            case "refresh":
                assert (await cache.refresh(recorded.subject)).state == case_of(history[: place + 1])
            case "observe":
                cache.observe(recorded)
            case "append":
                assert (await cache.appended(recorded)).state == case_of(history[: place + 1])
            case "observe and append":
                cache.observe(recorded)
                assert (await cache.appended(recorded)).state == case_of(history[: place + 1])
            case "forget":
                cache = Aggregates(store)
    folded = await cache.refresh("evt.case.a")
    assert folded.state == case_of(history)
    assert folded.head.version == len(log)
    fresh = await Aggregates(store).get("evt.case.a")
    assert (fresh.state, fresh.answers) == (folded.state, folded.answers)


@LAWS
@given(corrected_visits(), st.integers(1, 9), st.booleans())
def test_read_models_are_the_same_in_any_size_of_batches(history: list[Told], size: int, forget: bool) -> None:
    asyncio.run(_batched(log_of(history), size, forget))


async def _batched(log: list[Recorded], size: int, forget: bool) -> None:
    store = await stored(log)
    for projection in (CASE_HISTORY, OPEN_CASES):
        rows = [await _rows(store, projection, log, batch, forget=forget) for batch in (len(log), size)]
        assert rows[0] == rows[1]
        assert len(rows[0]) == (1 if projection is OPEN_CASES else len(log))


async def _rows(store: MemoryStore, projection: Any, log: list[Recorded], size: int, *, forget: bool) -> dict[Any, Any]:
    folder, found = Folder(projection, Reference()), dict[Any, Any]()
    for start in range(0, len(log), size):
        reader = Reader(log[start : start + size])
        await Revising(store, StillSealed()).look_back(projection, reader, reader.batch)
        folded = folder.fold(reader, Folded(start, start))
        assert folded.parked == []
        found |= {projection.key_of(row): row for row in folded.all_rows()}
        if forget and start:
            await _recall(store, folder, start + size)
    return found


async def _recall(store: MemoryStore, folder: Folder, until: int) -> None:
    standing = standing_of([one for one in await store.load("evt.case.a") if one.sequence <= until], Reference())
    assert standing is not None
    folder.standings.put("evt.case.a", standing)


def test_a_voided_reopening_takes_its_cycle_back() -> None:
    reopened = Told(replace(made("CaseReopened"), cycle=2), {"trigger": "CUSTOMER", "reason": "x"})
    note = Told(replace(made("AuditNoteAdded"), cycle=2), {"note": "x", "refs": ["v1"]})
    history = [*visit(), reopened, note]
    assert case_of(history).cycle == 2
    assert case_of([*history, voiding(reopened)]) == case_of(
        [*visit(), replace(note, meta=replace(note.meta, cycle=1))]
    )


def test_a_correction_of_a_place_that_is_not_there_is_no_correction() -> None:
    with pytest.raises(LookupError):
        case_of([*visit(), correcting(visit(), ("PlanProposed", "steps[9].seq", 1))])


@pytest.mark.parametrize(
    ("path", "parts"),
    [("mould_no", ("mould_no",)), ("key_steps[0].time", ("key_steps", 0, "time")), ("a[1][2]", ("a", 1, 2))],
)
def test_a_path_names_fields_by_dots_and_places_by_index(path: str, parts: tuple[Any, ...]) -> None:
    assert parts_of(path) == parts


@pytest.mark.parametrize("path", ["", ".a", "a.", "a[", "a[-1]", "a[x]", "A", "a b", "a..b", "__class__", "a[0]b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(LookupError):
        parts_of(path)


def test_a_place_tells_its_type_and_whether_it_may_be_left_out() -> None:
    assert place_of(PlanProposed, "steps[0].seq").is_required
    with pytest.raises(LookupError):
        place_of(PlanProposed, "steps.seq")


def test_every_command_says_the_same_own_time_as_corrections_go_by() -> None:
    said: dict[str, tuple[str, ...]] = {
        one.event.__name__: one.happened for one in COMMANDS.values() if one.kind == "case"
    }
    assert said == {name: OWN_TIMES.get(name, ()) for name in said}


def breaking(history: Sequence[Told]) -> list[str]:
    """The events of a record that do not hold, whatever was before."""
    return [one.meta.event_id for one in revision([], effective(history)).broken]


@LAWS
@given(st.lists(CHANGES, max_size=3), st.integers(1, 18))
def test_what_a_revision_breaks_is_what_the_whole_record_shows(changes: list[Change], place: int) -> None:
    """Folding only from where two records part finds the same as reading each of them from the start."""
    begun = [*visit(), *(correcting(visit(), one) for one in changes)]
    for newest in (correcting(visit(), ("WorkPerformed", "ended_at", at(25))), voiding(visit()[place])):
        history = [*begun, newest]
        found = revision(effective(begun), effective(history))
        assert found.case == case_of(history)
        broken = [one.meta.event_id for one in found.broken]
        assert broken == [one for one in breaking(history) if one not in breaking(begun)]


def test_an_event_that_broke_before_is_not_broken_by_a_revision() -> None:
    without_plan = [*visit(), voiding(of_type(visit(), "PlanProposed"))]
    assert breaking(without_plan)
    corrected = [*without_plan, correcting(visit(), ("FeedbackReceived", "press", "HTF 380"))]
    assert revision(effective(without_plan), effective(corrected)).broken == []
    without_work = [*without_plan, voiding(of_type(visit(), "WorkPerformed"))]
    broken = revision(effective(without_plan), effective(without_work)).broken
    assert [one.meta.type for one in broken] == ["WorkFinished"]
