"""Correcting and voiding: what may be set right by whom, what is refused by name, and what counts afterwards."""

import asyncio
import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.case.effective import told_of
from shared.case.state import Case, report_of
from shared.clocks.clock import Status
from shared.events.catalogue import BY_KIND
from shared.people.identity import PersonIds
from shared.people.memory import MemoryKeyStore
from shared.people.people import People
from shared.people.ring import KeyRing
from shared.projections.reference import reference_at
from shared.projections.standing import ClockLine, standing_of
from shared.store.memory import MemoryStore
from shared.store.port import Draft, EventStore
from shared.store.request import Answer
from tests.support import samples, visit
from tests.support.corrections import correct, correction, id_of, void
from tests.support.desk import PEPPER, Desk, codes
from tests.support.samples import NOON, at
from tests.support.walking import Walk, walk

SAID = "合模后分型面出现飞边，无法生产"


def told(answer: Answer) -> list[tuple[str, str]]:
    return [(one["code"], one["field"]) for one in answer.body["errors"]]


def messages(answer: Answer) -> str:
    return "\n".join(one["message"] for one in answer.body["errors"])


@pytest.fixture
async def classified() -> Walk:
    return await (await walk()).after("Classify")


@pytest.mark.proves("R-2.4.2-a")
async def test_a_wrong_mould_number_is_corrected_and_what_was_stored_stays(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    stored = [one.payload for one in await desk.events(case_id)]
    answer = await correct(desk, case_id, "FeedbackReceived", "mould_no", "M-2024-0117", "M-2024-0171")
    assert (answer.status, answer.body["state"]) == (201, "TRIAGED"), answer.body
    assert report_of(await classified.state()).mould_no == "M-2024-0171"
    desk.restart()
    assert report_of(await classified.state()).mould_no == "M-2024-0171"
    assert [one.payload for one in (await desk.events(case_id))[:-1]] == stored


async def test_the_newest_correction_of_a_field_counts_and_its_old_value_is_the_one_before(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    await correct(desk, case_id, "FeedbackReceived", "mould_no", "M-2024-0117", "M-1")
    stale = await correct(desk, case_id, "FeedbackReceived", "mould_no", "M-2024-0117", "M-2")
    assert (stale.status, told(stale)) == (409, [("C-VER", "old_value")])
    assert (await correct(desk, case_id, "FeedbackReceived", "mould_no", "M-1", "M-2")).status == 201
    assert report_of(await classified.state()).mould_no == "M-2"


async def test_a_correction_that_is_sent_again_is_answered_as_before(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    target = await id_of(desk, case_id, "FeedbackReceived")
    body, key = correction(target, "mould_no", "M-2024-0117", "M-1"), "00000000-0000-4000-8000-000000000001"
    first = await desk.send("CorrectRecord", body, to=case_id, by="supervisor", command_id=key)
    desk.restart()
    again = await desk.send("CorrectRecord", body, to=case_id, by="supervisor", command_id=key)
    assert (first.status, again.status, again.body) == (201, 200, first.body)


async def test_a_time_moves_when_it_happened_where_the_event_s_own_time_gave_it() -> None:
    walked = await walk()
    desk, case_id = walked.desk, walked.case_id
    answer = await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
    assert answer.status == 201
    answer = await correct(desk, case_id, "CaseAcknowledged", "ack_at", "2026-11-23T11:54:00+08:00", at(-0.05))
    assert answer.status == 201, answer.body
    assert (await walked.state()).intake.acknowledged_at == NOON - timedelta(hours=0.05)


async def test_an_event_s_own_time_leaves_when_it_happened_alone_where_at_gave_it() -> None:
    walked = await (await walk()).before("ArriveOnSite")
    walked.until(20)
    later = (NOON + timedelta(hours=19.5)).isoformat()
    body = {**visit.arrival(), "at": later}
    answer = await walked.desk.send("ArriveOnSite", body, to=walked.case_id, by="technician")
    assert answer.status == 201, answer.body
    answer = await correct(walked.desk, walked.case_id, "TechnicianArrived", "arrived_at", body["arrived_at"], at(19.8))
    assert answer.status == 201, answer.body
    counting = (await walked.state()).dispatch.stays[-1]
    assert counting.arrived_at == datetime.fromisoformat(at(19.8))


async def test_a_sealed_text_is_compared_open_and_stored_sealed_for_the_same_person(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    wrong = await correct(desk, case_id, "FeedbackReceived", "problem_description", "别的", "飞边，改正")
    assert told(wrong) == [("C-VER", "old_value")]
    answer = await correct(desk, case_id, "FeedbackReceived", "problem_description", SAID, "飞边，改正")
    assert answer.status == 201, answer.body
    recorded = (await desk.events(case_id))[-1]
    assert "飞边" not in recorded.payload.decode()
    report = report_of(await classified.state())
    assert isinstance(report.problem_description, str)
    assert report.problem_description.startswith(f"sealed:1:{report.contact_id}:")
    assert await desk.people.open_text(report.problem_description) == "飞边，改正"
    again = await correct(desk, case_id, "FeedbackReceived", "problem_description", "飞边，改正", SAID)
    assert again.status == 201, again.body


async def test_an_optional_field_is_filled_and_taken_away(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    assert (await correct(desk, case_id, "FeedbackReceived", "press", None, "HTF 380")).status == 201
    assert report_of(await classified.state()).press == "HTF 380"
    assert (await correct(desk, case_id, "FeedbackReceived", "press", "HTF 380", None)).status == 201
    assert report_of(await classified.state()).press is None


@pytest.mark.parametrize(
    ("type", "path", "old", "new", "code", "field"),
    [
        ("FeedbackReceived", "mould_number", "M", "N", "V-REF", "field_path"),
        ("FeedbackReceived", "mould_no[0]", "M", "N", "V-REF", "field_path"),
        ("FeedbackReceived", "Mould No", "M", "N", "V-REF", "field_path"),
        ("FeedbackReceived", "attachments[3].name", "M", "N", "V-REF", "field_path"),
        ("FeedbackReceived", "mould_kind", "INJECTION", "WOOD", "V-ENUM", "new_value"),
        ("FeedbackReceived", "channel", "HOTLINE", None, "V-REQ", "new_value"),
        ("FeedbackReceived", "received_at", at(-0.2), at(500), "V-TIME", "new_value"),
        ("FeedbackReceived", "mould_id", None, "0000-00000", "V-REF", "new_value"),
        ("FeedbackReceived", "shots_at_fault", None, -1, "V-RANGE", "new_value"),
        ("FeedbackReceived", "contact_id", "x", "y", "S-GUARD", "field_path"),
        ("FeedbackReceived", "actor", "specialist", "y", "S-GUARD", "field_path"),
        ("FeedbackReceived", "recorded_at", at(0), at(-1), "S-GUARD", "field_path"),
        ("FeedbackReceived", "type", "FeedbackReceived", "Classified", "S-GUARD", "field_path"),
        ("OnsiteApproved", "agreed_until", None, at(50), "S-GUARD", "target_event_id"),
        ("ServiceVerified", "signature.title", "工程师", "厂长", "S-GUARD", "field_path"),
        ("ServiceVerified", "signature", None, None, "S-GUARD", "field_path"),
        ("CustomerEvaluated", "process", 5, 4, "S-GUARD", "field_path"),
    ],
)
async def test_what_is_not_correctable_is_refused_by_name(
    evaluated: Walk, type: str, path: str, old: Any, new: Any, code: str, field: str
) -> None:
    answer = await correct(evaluated.desk, evaluated.case_id, type, path, old, new)
    assert (code, field) in told(answer), answer.body


@pytest.fixture
async def evaluated() -> Walk:
    return await (await walk()).after("EvaluateService")


async def test_a_correction_is_not_corrected_and_events_of_other_cases_are_not_found(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    await correct(desk, case_id, "FeedbackReceived", "mould_no", "M-2024-0117", "M-1")
    answer = await correct(desk, case_id, "RecordCorrected", "new_value", "M-1", "M-2")
    assert told(answer) == [("S-GUARD", "target_event_id")]
    other = await desk.register()
    body = correction(await id_of(desk, other, "FeedbackReceived"), "mould_no", "M-2024-0117", "M-1")
    answer = await desk.send("CorrectRecord", body, to=case_id, by="supervisor")
    assert told(answer) == [("V-REF", "target_event_id")]


async def test_all_faults_are_told_at_once(classified: Walk) -> None:
    body = {"target_event_id": "x", "field_path": "", "old_value": float("1e300"), "reason_code": "WHIM"}
    answer = await classified.desk.send("CorrectRecord", body, to=classified.case_id, by="supervisor")
    assert codes(answer) == {
        "target_event_id": "V-FMT",
        "field_path": "V-REQ",
        "old_value": "V-FMT",
        "new_value": "V-REQ",
        "reason_code": "V-ENUM",
        "reason": "V-REQ",
    }


async def test_what_later_events_rest_on_is_not_corrected_away() -> None:
    walked = await (await walk()).after("VerifyService")
    answer = await correct(walked.desk, walked.case_id, "TrialRunRecorded", "result", "PASS", "FAIL")
    assert (answer.status, told(answer)) == (409, [("S-GUARD", "")])
    assert "ServiceVerified #15" in messages(answer)


@pytest.mark.parametrize(
    ("by", "type", "hours", "expected"),
    [
        ("specialist", "FeedbackReceived", 0, 201),
        ("colleague", "TechnicianArrived", 0, 403),
        ("technician", "TechnicianArrived", 0, 201),
        ("technician", "TechnicianArrived", 25, 403),
        ("technician", "FeedbackReceived", 0, 403),
        ("engineer", "FeedbackReceived", 0, 403),
        ("supervisor", "TechnicianArrived", 2500, 201),
        ("auditor", "FeedbackReceived", 0, 403),
        ("admin", "FeedbackReceived", 0, 403),
        ("sales", "FeedbackReceived", 0, 403),
        ("customer", "FeedbackReceived", 0, 403),
    ],
)
async def test_who_may_correct(by: str, type: str, hours: float, expected: int) -> None:
    walked = await (await walk()).after("ArriveOnSite")
    walked.desk.later(hours=hours)
    field = {
        "FeedbackReceived": ("press", None, "HTF"),
        "TechnicianArrived": ("arrived_at", visit.arrival()["arrived_at"], at(19.9)),
    }
    answer = await correct(walked.desk, walked.case_id, type, *field[type], by=by)
    assert answer.status == expected, answer.body


async def test_after_the_evaluation_only_a_supervisor_corrects(evaluated: Walk) -> None:
    desk, case_id = evaluated.desk, evaluated.case_id
    answer = await correct(desk, case_id, "FeedbackReceived", "press", None, "HTF", by="specialist")
    assert (answer.status, "主管" in messages(answer)) == (403, True)
    assert (await correct(desk, case_id, "FeedbackReceived", "press", None, "HTF")).status == 201


async def test_an_event_on_the_wrong_case_is_voided_and_recorded_on_the_right_one(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    right = await desk.register()
    before = await classified.state()
    assert (await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)).status == 201
    answer = await void(desk, case_id, "CaseAcknowledged", moved_to_case=right)
    assert (answer.status, answer.body["state"]) == (201, "TRIAGED"), answer.body
    assert await classified.state() == before
    assert (await desk.send("AcknowledgeCase", samples.acknowledgement(), to=right)).status == 201
    again = await void(desk, case_id, "CaseAcknowledged")
    assert told(again) == [("S-GUARD", "target_event_id")]
    answer = await correct(desk, case_id, "CaseAcknowledged", "ack_at", at(-0.1), at(-0.05))
    assert told(answer) == [("S-GUARD", "target_event_id")]


async def test_a_voided_step_takes_the_case_back_to_where_it_stood() -> None:
    walked = await (await walk()).before("ArriveOnSite")
    before = await walked.state()
    assert (await walked.send("ArriveOnSite")).status == 201
    answer = await void(walked.desk, walked.case_id, "TechnicianArrived")
    assert (answer.status, answer.body["state"]) == (201, "PREPARED")
    assert await walked.state() == before
    assert (await walked.send("ArriveOnSite")).status == 201


@pytest.mark.parametrize(
    ("type", "broken"),
    [
        ("Classified", ["OnsiteRequested #3", "OnsiteApproved #4"]),
        ("SafetyRulesRead", ["ServicePrepared #7"]),
        ("OnsiteProblemConfirmed", ["PlanProposed #10"]),
        ("PlanProposed", ["PlanAgreed #11"]),
        ("WorkPerformed", ["WorkFinished #13"]),
        ("TrialRunRecorded", ["ServiceVerified #15"]),
        ("CompletionReportSubmitted", ["CustomerEvaluated #18"]),
    ],
)
async def test_a_voiding_that_would_break_the_stream_names_what_breaks(
    evaluated: Walk, type: str, broken: list[str]
) -> None:
    answer = await void(evaluated.desk, evaluated.case_id, type)
    assert answer.status == 409
    assert {one["code"] for one in answer.body["errors"]} == {"S-GUARD"}
    assert all(one in messages(answer) for one in broken), messages(answer)


async def test_the_first_event_and_corrections_are_not_voided(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    await correct(desk, case_id, "FeedbackReceived", "press", None, "HTF")
    for type in ("FeedbackReceived", "RecordCorrected"):
        answer = await void(desk, case_id, type)
        assert (answer.status, told(answer)) == (409, [("S-GUARD", "target_event_id")])
    assert (await void(desk, case_id, "Classified", by="specialist")).status == 403
    answer = await void(desk, case_id, "Classified", moved_to_case=case_id)
    assert told(answer) == [("V-REF", "moved_to_case")]


@pytest.mark.proves("B-25")
async def test_a_hold_stands_until_it_is_lifted(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    hold, lift = {"reason": "诉讼保全", "basis": "(2026) 浙 02 民初 1 号"}, {"reason": "已结案"}

    async def send(command: str, body: dict[str, Any], by: str = "supervisor") -> int:
        return (await desk.send(command, body, to=case_id, by=by)).status

    assert await send("LiftHold", lift) == 409
    assert await send("PlaceHold", hold, by="specialist") == 403
    assert await send("PlaceHold", {**hold, "until": at(-1)}) == 422
    assert await send("PlaceHold", {**hold, "until": at(99)}) == 201
    assert (await classified.state()).followup.is_held
    assert await send("PlaceHold", hold) == 409
    assert await send("LiftHold", lift) == 201
    assert not (await classified.state()).followup.is_held


@pytest.mark.proves("B-25")
async def test_an_auditor_alone_notes_and_names_what_the_note_is_about(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    note = {"note": "首响记录与通话记录不符", "refs": ["v2"]}
    for by in ("supervisor", "admin", "specialist"):
        assert (await desk.send("AddAuditNote", note, to=case_id, by=by)).status == 403
    empty = await desk.send("AddAuditNote", {**note, "refs": []}, to=case_id, by="auditor")
    assert told(empty) == [("V-REQ", "refs")]
    assert (await desk.send("AddAuditNote", note, to=case_id, by="auditor")).status == 201
    assert len((await classified.state()).analytics.audit_notes) == 1


async def test_a_breach_on_record_stays_beside_the_clock_that_a_correction_computes_anew() -> None:
    walked = await walk(claimed_urgency="URGENT")
    desk, case_id = walked.desk, walked.case_id
    walked.until(3)
    first = (await lines(walked))["FIRST_RESPONSE"]
    breach = {"clock": "FIRST_RESPONSE", "due_at": first.clock.due_at.isoformat(), "policy_version": 1}
    assert (await desk.send("FlagBreach", breach, to=case_id, by="system")).status == 201
    await desk.send("AcknowledgeCase", samples.acknowledgement(ack_at=at(2.9), next_contact_at=at(5)), to=case_id)
    found = (await lines(walked))["FIRST_RESPONSE"]
    assert (found.is_breached, found.clock.status(walked.desk.clock.now())) == (True, Status.BREACHED)
    answer = await correct(desk, case_id, "FeedbackReceived", "claimed_urgency", "URGENT", "NORMAL")
    assert answer.status == 201, answer.body
    found = (await lines(walked))["FIRST_RESPONSE"]
    assert found.clock.due_at > first.clock.due_at
    assert (found.is_breached, found.clock.status(walked.desk.clock.now())) == (True, Status.MET)


async def lines(walked: Walk) -> dict[str, ClockLine]:
    """The clocks of the case as read models show them."""
    reference = await reference_at(walked.desk.store, await walked.desk.store.last())
    standing = standing_of(await walked.desk.events(walked.case_id), reference)
    assert standing is not None
    return {line.clock.name: line for line, _ in standing.clocks}


async def test_a_correction_that_would_stop_a_clock_before_it_begins_is_refused() -> None:
    walked = await walk()
    desk, case_id = walked.desk, walked.case_id
    assert (await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)).status == 201
    answer = await correct(desk, case_id, "FeedbackReceived", "received_at", at(-0.2), at(-0.05))
    assert (answer.status, told(answer)) == (409, [("S-GUARD", "new_value")])
    assert "FIRST_RESPONSE" in messages(answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just(samples.at(1)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["unknown", "seq", "a"]), inner),
    max_leaves=4,
)
NAMES = sorted({name for event in BY_KIND["case"] for name in event.__struct_fields__} | {"actor", "seq", "text", "Ä"})
PATHS = st.builds(
    lambda names, index: ".".join(names) + index,
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2),
    st.sampled_from(["", "[0]", "[7]", "[0].seq", "[-1]"]),
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 17), PATHS, st.booleans(), JSON, JSON)
def test_no_correction_whatever_makes_a_rule_fail(event: int, path: str, is_right: bool, old: Any, new: Any) -> None:
    asyncio.run(_tried(whole_visit(), event, path, is_right, old, new))


async def _tried(taken: Walk, event: int, path: str, is_right: bool, old: Any, new: Any) -> None:
    desk = Desk(await copied(taken.desk.store))
    desk.clock, desk.people = taken.desk.clock, taken.desk.people
    desk.restart()
    told = told_of((await desk.events(taken.case_id))[event])
    if is_right and told.fields:
        path = path if path in told.fields else sorted(told.fields)[len(path) % len(told.fields)]
        old = told.fields[path]
    body = json.dumps(correction(told.meta.event_id, path, old, new)).encode()
    answer = await desk.send("CorrectRecord", body, to=taken.case_id, by="supervisor")
    assert answer.status in (201, 409, 422) or answer.body["code"] == "H-400", answer.body
    desk.restart()
    assert isinstance(await Walk(desk, taken.case_id, taken.companies).state(), Case)


async def copied(store: EventStore) -> MemoryStore:
    """The same events in a store of their own."""
    copy = MemoryStore()
    async for batch in store.read(0):
        for one in batch:
            meta, last = one.meta, await copy.head(one.subject)
            draft = Draft(one.subject, one.payload, meta.event_id, meta.type, meta.version, meta.command_id)
            await copy.append(draft, last)
    return copy


@cache
def whole_visit() -> Walk:
    """One visit that every try begins from."""

    async def taken() -> Walk:
        return await (await walk()).after("ReturnFromSite")

    return asyncio.run(taken())


async def test_an_erased_text_is_neither_compared_nor_corrected(classified: Walk) -> None:
    desk, case_id = classified.desk, classified.case_id
    desk.people = People(KeyRing(bytes(32), MemoryKeyStore()), PersonIds(PEPPER))
    desk.restart()
    answer = await correct(desk, case_id, "FeedbackReceived", "problem_description", SAID, "飞边，已改正")
    assert told(answer) == [("S-GUARD", "field_path")]
    assert "删除" in messages(answer)
