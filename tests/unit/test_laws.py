"""Laws that hold for every command and every event, tried with what hypothesis makes up."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.case.fold import fold, stage_of
from shared.case.state import Case
from shared.events.catalogue import BY_KIND, EVENTS, decode
from shared.events.envelope import IntegrityError, Meta, Recorded, chain_hash, encode, event_id, subject_of
from shared.events.upcast import schema_of
from shared.masters.aggregates import AGGREGATES
from shared.store.checker import draft_of
from shared.store.port import Draft, Head
from tests.support import samples, service
from tests.support.desk import Desk

INSTANT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def meta(version: int = 1, type: str = "FeedbackReceived", prev: str = "", **changes: Any) -> Meta:
    values: dict[str, Any] = {
        "version": version,
        "type": type,
        "event_id": str(uuid4()),
        "command_id": str(uuid4()),
        "command_hash": "0" * 64,
        "correlation_id": str(uuid4()),
        "actor": "specialist",
        "actor_role": "SPECIALIST",
        "occurred_at": INSTANT,
        "recorded_at": INSTANT,
        "prev": prev,
        **changes,
    }
    return Meta(**values)


BODIES = {
    "FeedbackReceived": samples.report,
    "CaseAcknowledged": samples.acknowledgement,
    "Classified": samples.classification,
    "CustomerRegistered": samples.customer,
    "ConsultationHeld": service.minutes,
    "RemoteSessionLogged": service.session,
    "CallbackDone": service.callback,
    "SlaPolicyPublished": samples.service_levels,
    "CalendarPublished": samples.calendar,
    "VocabularyPublished": samples.fault_codes,
}


@LAWS
@given(
    st.sampled_from(sorted(BODIES)),
    st.dictionaries(TEXT, st.integers(0, 2**53), max_size=3),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),
)
def test_what_is_encoded_decodes_to_the_same_event(type: str, seen: dict[str, int], occurred: datetime) -> None:
    event = msgspec.convert(BODIES[type](), EVENTS[type])
    written = meta(type=type, seen=seen, occurred_at=occurred)
    recorded = Recorded(1, "evt.case.a", encode(written, msgspec.to_builtins(event)))
    assert decode(recorded) == event
    assert recorded.meta == written


@LAWS
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_a_chain_with_one_flipped_bit_is_refused(place: int, bit: int) -> None:
    first = encode(meta(), samples.report())
    second = encode(meta(2, "CaseAcknowledged", chain_hash("", first)), samples.acknowledgement())
    flipped = bytearray(first)
    flipped[place % len(first)] ^= 1 << bit
    with pytest.raises(IntegrityError):
        verify(bytes(flipped), second)


def verify(first: bytes, second: bytes) -> None:
    """Read two events of one aggregate as every reader does."""
    head = Recorded(1, "evt.case.a", first)
    head.follows(0, "")
    Recorded(2, "evt.case.a", second).follows(1, head.hash)


def stored_sample(type: str) -> Recorded:
    """An event of this type as it was stored once."""
    path = Path(__file__).parents[1] / "corpus" / "events" / f"{type}.{schema_of(type)}.json"
    return Recorded(1, "evt.case.sample", path.read_bytes().rstrip(b"\n"))


@LAWS
@given(st.lists(st.sampled_from([event.__name__ for event in BY_KIND["case"]]), max_size=8))
def test_the_fold_of_a_case_is_total(types: list[str]) -> None:
    case = Case()
    for version, type in enumerate(types, 1):
        case = fold(case, decode(stored_sample(type)), meta(version, type))
    assert isinstance(case, Case)


def test_every_event_type_is_folded_by_one_kind_but_those_of_clocks() -> None:
    assert set(BY_KIND) == set(AGGREGATES)
    assert {stage_of(event.__name__) for event in BY_KIND["case"]} <= set(Case.__struct_fields__)
    listed = [event for events in BY_KIND.values() for event in events]
    assert all(EVENTS[event.__name__] is event for event in listed)
    of_clocks = {event for event in listed if listed.count(event) > 1}
    assert {event.__name__ for event in of_clocks} == {"SlaBreached", "Escalated", "EscalationAcknowledged"}


SENDABLE = {
    "RegisterFeedback": (samples.report, None),
    "RegisterCustomer": (samples.customer, None),
    "AcknowledgeCase": (samples.acknowledgement, "case"),
    "Classify": (samples.classification, "case"),
}


@LAWS
@given(
    st.lists(st.tuples(st.sampled_from(sorted(SENDABLE)), st.integers(0, 3), st.booleans()), min_size=1, max_size=12)
)
def test_any_command_sent_again_gives_no_second_event(orders: list[tuple[str, int, bool]]) -> None:
    asyncio.run(_again(orders))


async def _again(orders: list[tuple[str, int, bool]]) -> None:
    desk = Desk()
    await desk.open()
    case_id = await desk.register()
    for command, key, forget in orders:
        body, kind = SENDABLE[command]
        command_id = f"00000000-0000-4000-8000-{abs(hash(command)) % 10**8:08d}{key:04d}"
        sending = {"to": case_id if kind else None, "command_id": command_id}
        first = await desk.send(command, body(), **sending)
        before = await desk.store.last()
        if forget:
            desk.restart()
        second = await desk.send(command, body(), **sending)
        assert await desk.store.last() == before
        assert second.status == (200 if first.is_accepted else first.status)
        assert not first.is_accepted or second.body == first.body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(EVENTS)), st.data())
def test_no_body_whatever_makes_the_checker_fail(type: str, data: st.DataObject) -> None:
    names = list(EVENTS[type].__struct_fields__)
    body = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=5), JSON, max_size=6))
    draft, findings = draft_of(EVENTS[type], body)
    assert findings.faults or isinstance(draft, EVENTS[type])


async def test_a_second_event_at_the_same_place_is_refused_by_the_guard() -> None:
    desk = Desk()
    subject = subject_of("customer", "a")
    payload = encode(meta(type="CustomerRegistered"), samples.customer())
    await desk.store.append(Draft(subject, payload, event_id(subject, str(uuid4())), "CustomerRegistered", 1, ""), 0)
    assert len(await desk.store.load(subject, Head())) == 1


@LAWS
@given(st.sampled_from(["case", "mould", "staff"]), TEXT, st.uuids())
def test_an_event_id_is_the_uuid_that_anybody_can_compute(kind: str, name: str, command_id: UUID) -> None:
    subject = subject_of(kind, name)
    expected = uuid5(uuid5(NAMESPACE_URL, subject), str(command_id))
    assert event_id(subject, str(command_id).upper()) == str(expected)
