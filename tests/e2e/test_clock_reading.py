"""A clock read aloud: through the API, on the page of the case in both languages, and in a terminal."""

import json

import pytest

from tests.e2e.running import Up, moldcare
from tests.e2e.speaking import Speaker
from tests.support import samples


async def registered(supervisor: Speaker, at: str, urgency: str) -> dict[str, object]:
    """A case that was received at a local time, recorded now."""
    report = samples.report(
        received_at=f"{at}+08:00",
        fault_at="2026-09-01T08:00:00+08:00",
        claimed_urgency=urgency,
        late_reason="补录历史服务单",
    )
    answer = await supervisor.send("/cases", json.dumps(report, ensure_ascii=False))
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.json()
    return told


@pytest.mark.proves("B-19")
@pytest.mark.parametrize(
    ("at", "urgency", "due_at"),
    [
        ("2026-09-30T16:30:00", "NORMAL", "2026-10-08T03:30:00Z"),
        ("2026-10-09T15:30:00", "MINOR", "2026-10-10T07:30:00Z"),
        ("2026-10-03T12:00:00", "NORMAL", "2026-10-08T05:30:00Z"),
    ],
)
async def test_business_hours_leap_over_the_holidays_of_october(
    supervisor: Speaker, at: str, urgency: str, due_at: str
) -> None:
    told = await registered(supervisor, at, urgency)
    items = (await supervisor.get(f"/cases/{told['id']}/clocks", after=told["sequence"])).json()["items"]
    (first,) = [one for one in items if one["clock"] == "FIRST_RESPONSE"]
    assert (first["due_at"], first["base"], first["status"]) == (due_at, "BH", "BREACHED")
    assert (first["calendar_version"], first["policy_version"], first["is_provisional"]) == ("1", 1, False)


@pytest.mark.proves("B-19")
async def test_every_span_is_told_with_its_events_on_all_three_ways(supervisor: Speaker, house: Up) -> None:
    told = await registered(supervisor, "2026-09-30T16:30:00", "NORMAL")
    case_id = told["id"]
    answer = samples.acknowledgement(
        ack_at="2026-10-08T09:00:00+08:00", next_contact_at="2026-10-08T12:00:00+08:00", late_reason="补录"
    )
    answered = await supervisor.send(f"/cases/{case_id}/acknowledge-case", json.dumps(answer, ensure_ascii=False))
    assert answered.status_code == 201, answered.text
    found = (await supervisor.get(f"/cases/{case_id}/clocks", after=answered.json()["sequence"])).json()
    (first,) = [one for one in found["items"] if one["clock"] == "FIRST_RESPONSE"]
    events = (await supervisor.get(f"/cases/{case_id}/events")).json()["items"]
    ids = {one["type"]: one["event_id"] for one in events}
    spans = [(one["kind"], one["since"], one["to"], one["seconds"]) for one in first["spans"]]
    assert spans == [
        ("COUNTED", "2026-09-30T08:30:00Z", "2026-09-30T09:30:00Z", 3600),
        ("CLOSED", "2026-09-30T09:30:00Z", "2026-10-08T00:30:00Z", 0),
        ("COUNTED", "2026-10-08T00:30:00Z", "2026-10-08T01:00:00Z", 1800),
    ]
    around = {(one["begun_by"], one["ended_by"]) for one in first["spans"]}
    assert around == {(ids["FeedbackReceived"], ids["CaseAcknowledged"])}
    # The watch may have flagged it before the answer was recorded: that stays, and what is true stands beside it.
    assert (first["recomputed_status"] or first["status"]) == "MET"
    assert (first["used"], first["remaining"], first["overdue_by"]) == (5400, 9000, 0)
    assert first["recording_delay"] > 0
    assert (found["first_resolution"], found["total_resolution"]) == (None, None)
    for language, sentence in (("zh", "计时 1 小时 30 分"), ("en", "counted 1 h 30 min")):
        supervisor.client.cookies.set("moldcare_language", language)
        assert sentence in (await supervisor.client.get(f"/cases/{case_id}")).text
    shown = await moldcare(house.data, "case", "show", str(case_id))
    assert (shown.code, "1:30:00" in shown, "CaseAcknowledged" in shown) == (0, True, True)
