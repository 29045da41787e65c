"""Publishing a calendar: who may, what is wrong with one, and which version a case begins with."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support import samples
from tests.support.desk import Desk, codes
from tests.support.past import happened, triaged
from tests.support.samples import at

CORPUS = Path(__file__).parents[1] / "corpus" / "events"


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def published(desk: Desk, by: str = "supervisor", *, version: int = 1, **content: Any) -> Any:
    """The answer to a calendar with these changes of its content."""
    body = samples.calendar(**content)
    body |= {"version": version, "effective_from": body["effective_from"] if version == 1 else at(0)}
    return await desk.send("PublishCalendar", body, to="company-calendar", by=by)


@pytest.mark.parametrize(("by", "status"), [("supervisor", 201), ("admin", 201), ("system", 201), ("specialist", 403)])
async def test_supervisors_and_the_administrator_publish_calendars(desk: Desk, by: str, status: int) -> None:
    assert (await published(desk, by)).status == status


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"timezone": "Mars/Olympus"}, {"content.timezone": "V-REF"}),
        ({"timezone": "../etc/passwd"}, {"content.timezone": "V-REF"}),
        ({"timezone": "localtime"}, {"content.timezone": "V-REF"}),
        ({"week": {}}, {"content.week": "V-RANGE"}),
        ({"week": {"mon": [], "tue": []}}, {"content.week": "V-RANGE"}),
        ({"week": {}, "special_days": {"2026-10-10": [["08:30", "12:00"]]}}, {"content.week": "V-RANGE"}),
        ({"week": {"monday": [["08:30", "12:00"]]}}, {"content.week.monday": "V-ENUM"}),
        ({"week": {"mon": [["08:30"]]}}, {"content.week.mon[0]": "V-FMT"}),
        ({"week": {"mon": [["8:30", "12:00"]]}}, {"content.week.mon[0][0]": "V-FMT"}),
        (
            {"week": {"mon": [["08:60", "24:01"]]}},
            {"content.week.mon[0][0]": "V-FMT", "content.week.mon[0][1]": "V-FMT"},
        ),
        ({"week": {"mon": [["12:00", "12:00"]]}}, {"content.week.mon[0]": "V-TIME"}),
        ({"week": {"mon": [["22:00", "06:00"]]}}, {"content.week.mon[0]": "V-TIME"}),
        ({"week": {"mon": [["08:00", "12:00"], ["11:59", "17:00"]]}}, {"content.week.mon[1]": "V-TIME"}),
        ({"week": {"mon": [["13:00", "17:00"], ["08:00", "12:00"]]}}, {"content.week.mon[1]": "V-TIME"}),
        ({"holidays": ["2026-02-30"]}, {"content.holidays[0]": "V-FMT"}),
        ({"holidays": ["2026-10-01", "2026-10-02", "2026-10-01"]}, {"content.holidays[2]": "V-DUP"}),
        ({"special_days": {"10.10.2026": []}}, {"content.special_days.10.10.2026": "V-FMT"}),
        ({"special_days": {"2026-10-10": [["12:00", "08:00"]]}}, {"content.special_days.2026-10-10[0]": "V-TIME"}),
        ({"provisional_from": "soon"}, {"content.provisional_from": "V-FMT"}),
        ({"lunch": "12:00"}, {"content.lunch": "V-FMT"}),
        (
            {
                "timezone": "Mars/Olympus",
                "week": {"mon": [["09:00", "08:00"], ["7", "8"]], "sat": [["08:00", "12:00"], ["09:00", "10:00"]]},
                "holidays": ["2026-10-01", "2026-10-01"],
                "special_days": {"2026-10-10": [["08:30"]]},
            },
            {
                "content.timezone": "V-REF",
                "content.week.mon[0]": "V-TIME",
                "content.week.mon[1][0]": "V-FMT",
                "content.week.mon[1][1]": "V-FMT",
                "content.week.sat[1]": "V-TIME",
                "content.holidays[1]": "V-DUP",
                "content.special_days.2026-10-10[0]": "V-FMT",
            },
        ),
    ],
)
async def test_every_fault_of_a_calendar_is_named_and_nothing_is_published(
    desk: Desk, content: dict[str, Any], told: dict[str, str]
) -> None:
    answer = await published(desk, **content)
    assert (answer.status, codes(answer)) == (422, told)
    assert await desk.events("company-calendar", "policy") == []


@pytest.mark.parametrize(
    "content",
    [
        {"week": {"sun": [["00:00", "24:00"]]}},
        {"week": {"mon": [["08:00", "12:00"], ["12:00", "17:00"]]}},
        {"special_days": {"2026-10-10": []}, "holidays": ["2026-10-10"]},
        {"timezone": "America/New_York", "provisional_from": "2027-01-01"},
    ],
)
async def test_what_a_calendar_may_say(desk: Desk, content: dict[str, Any]) -> None:
    assert (await published(desk, **content)).status == 201


async def test_calendars_come_in_numbered_versions_under_a_name_of_their_own(desk: Desk) -> None:
    await published(desk)
    assert (await published(desk, version=3)).body["code"] == "C-VER"
    assert (await published(desk, version=2)).status == 201
    again = samples.calendar() | {"version": 3}
    assert codes(await desk.send("PublishCalendar", again, to="company-calendar", by="supervisor")) == {
        "effective_from": "V-TIME"
    }
    other = await desk.send(
        "PublishCalendar", samples.calendar() | {"version": 2, "effective_from": at(0)}, to="standard", by="supervisor"
    )
    assert (other.status, other.body["code"]) == (409, "S-GUARD")


async def test_the_hash_of_a_content_never_changes(desk: Desk) -> None:
    await published(
        desk,
        holidays=["2026-10-01", "2026-10-02"],
        special_days={"2026-10-10": [["08:30", "12:00"]]},
        provisional_from="2027-01-01",
    )
    for name, kind in (("company-calendar", "CalendarPublished"), ("fault-code", "VocabularyPublished")):
        stored = msgspec.json.decode((CORPUS / f"{kind}.1.json").read_bytes())["data"]
        (now,) = await desk.events(name, "policy")
        assert msgspec.json.decode(now.raw)["content_hash"] == stored["content_hash"]


async def test_a_case_keeps_the_calendar_that_was_in_force_when_it_began(desk: Desk) -> None:
    assert "calendar_version" not in await desk.stored(await desk.register(), 0)
    await published(desk)
    case_id = await desk.register(mould_no="M-2")
    assert (await desk.stored(case_id, 0))["calendar_version"] == "1"
    desk.later(hours=1)
    await desk.send(
        "PublishCalendar",
        samples.calendar() | {"version": 2, "effective_from": at(3)},
        to="company-calendar",
        by="supervisor",
    )
    assert (await desk.stored(await desk.register(mould_no="M-3"), 0))["calendar_version"] == "1"
    desk.later(hours=3)
    assert (await desk.stored(await desk.register(mould_no="M-4"), 0))["calendar_version"] == "2"


async def test_a_case_that_comes_back_begins_with_the_calendar_of_that_day(desk: Desk) -> None:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(), ("CaseCancelled", {"reason": "OTHER"}))
    await published(desk)
    answer = await desk.send(
        "ReopenCase", {"trigger": "CANCELLED_IN_ERROR", "reason": "误取消"}, to=case_id, by="supervisor"
    )
    assert answer.status == 201, answer.body
    assert (await desk.stored(case_id, -1))["calendar_version"] == "1"
