"""Remote support: a session has people on both sides, numbered steps, and an outcome that moves the case."""

import pytest

from tests.support.desk import Desk, codes
from tests.support.past import happened, triaged
from tests.support.samples import acknowledgement, at
from tests.support.service import RECORDING, session, step


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    desk.evidence.keep(RECORDING, "video/mp4")
    return desk


async def a_case(desk: Desk, **changes: object) -> str:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(**changes))
    return case_id


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (["RESOLVED"], "REMOTE_RESOLVED"),
        (["PARTIAL"], "DIAGNOSING"),
        (["NOT_RESOLVED", "RESOLVED"], "REMOTE_RESOLVED"),
        (["RESOLVED", "NEED_ONSITE"], "DIAGNOSING"),
        (["RESOLVED", "RESOLVED"], "REMOTE_RESOLVED"),
    ],
)
@pytest.mark.proves("R-2.2.2-b", "R-2.2.2-c")
async def test_the_outcome_moves_the_case(desk: Desk, outcomes: list[str], state: str) -> None:
    case_id = await a_case(desk)
    for outcome in outcomes:
        answer = await desk.send("LogRemoteSession", session(outcome=outcome), to=case_id, by="engineer")
        assert answer.status == 201, answer.body
    assert answer.body["state"] == state


TWO = [step(1), step(1)]
GAP = [step(1), step(3)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mode": "SMOKE"}, {"mode": "V-ENUM"}),
        ({"ended_at": at(-0.15)}, {"ended_at": "V-TIME"}),
        ({"ended_at": at(1), "at": at(0)}, {"ended_at": "V-TIME"}),
        ({"started_at": at(-1)}, {"started_at": "V-TIME"}),
        ({"our_people": []}, {"our_people": "V-REQ"}),
        ({"our_people": ["engineer", "engineer"]}, {"our_people[1]": "V-DUP"}),
        ({"our_people": ["nobody"]}, {"our_people[0]": "V-REF"}),
        ({"customer_people": []}, {"customer_people": "V-REQ"}),
        ({"conversation_summary": None}, {"conversation_summary": "V-REQ"}),
        ({"steps": []}, {"steps": "V-REQ"}),
        ({"steps": TWO}, {"steps[1].seq": "V-DUP"}),
        ({"steps": GAP}, {"steps[1].seq": "V-RANGE"}),
        ({"steps": [step(0)]}, {"steps[0].seq": "V-RANGE"}),
        ({"steps": [step(1, unit=None)]}, {"steps[0].unit": "V-REQ"}),
        ({"steps": [step(1, unit=None, before=None)]}, {"steps[0].unit": "V-REQ"}),
        ({"steps": [step(1, observed=None)]}, {"steps[0].observed": "V-REQ"}),
        ({"outcome": "NEED_INFO"}, {"info_asked": "V-REQ"}),
        ({"info_asked": "请发机台照片"}, {"info_asked": "V-FMT"}),
        ({"recording_ref": "sha256:" + "0" * 64, "recording_consent": True}, {"recording_ref": "V-FILE"}),
        ({"downtime_saved_min": -1}, {"downtime_saved_min": "V-RANGE"}),
        (
            {"our_people": [], "steps": [], "outcome": "NEED_INFO"},
            dict.fromkeys(("our_people", "steps", "info_asked"), "V-REQ"),
        ),
    ],
)
@pytest.mark.proves("R-2.2.2-b")
async def test_a_fault_of_a_session_is_named(desk: Desk, changes: dict[str, object], told: dict[str, str]) -> None:
    case_id = await a_case(desk)
    answer = await desk.send("LogRemoteSession", session(**changes), to=case_id, by="engineer")
    assert (answer.status, codes(answer)) == (422, told)


async def test_a_session_lasts_eight_hours_at_most(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(-10), fault_at=at(-12))
    await happened(desk, case_id, triaged())
    long = session(started_at=at(-8.001))
    assert codes(await desk.send("LogRemoteSession", long, to=case_id)) == {"ended_at": "V-TIME"}
    assert (await desk.send("LogRemoteSession", session(started_at=at(-8)), to=case_id)).status == 201


@pytest.mark.parametrize("consent", [None, False])
@pytest.mark.proves("R-2.2.2-b")
async def test_a_recording_needs_consent(desk: Desk, consent: bool | None) -> None:
    case_id = await a_case(desk)
    body = session(recording_ref=RECORDING, recording_consent=consent)
    answer = await desk.send("LogRemoteSession", body, to=case_id)
    assert (answer.status, codes(answer)) == (409, {"recording_consent": "S-GUARD"})
    agreed = session(recording_ref=RECORDING, recording_consent=True)
    assert (await desk.send("LogRemoteSession", agreed, to=case_id)).status == 201


async def test_what_is_missing_is_asked_for(desk: Desk) -> None:
    case_id = await a_case(desk)
    body = session(outcome="NEED_INFO", info_asked="请发分型面照片")
    assert (await desk.send("LogRemoteSession", body, to=case_id, by="technician")).status == 201


async def test_every_unmet_condition_is_named(desk: Desk) -> None:
    case_id = await a_case(desk, urgency="URGENT", urgency_basis=["DELIVERY"])
    answer = await desk.send("LogRemoteSession", session(recording_ref=RECORDING), to=case_id)
    assert (answer.status, codes(answer)) == (409, {"": "S-GUARD", "recording_consent": "S-GUARD"})
    await desk.send("AcknowledgeCase", acknowledgement(), to=case_id)
    assert (await desk.send("LogRemoteSession", session(), to=case_id)).status == 201


@pytest.mark.parametrize("user", ["sales", "auditor", "quality", "admin"])
async def test_others_log_no_session(desk: Desk, user: str) -> None:
    case_id = await a_case(desk)
    assert (await desk.send("LogRemoteSession", session(), to=case_id, by=user)).body["code"] == "A-ROLE"
