"""A calendar that confirms days: open cases that rest on them get an event and new due times, others get none."""

from collections.abc import AsyncIterator

import pytest

from services.followup.rebasing import rebasings
from shared.clocks.policy import CALENDAR
from shared.projections.catch_up import catch_up
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.projections.opening import PeopleOpener
from shared.reactors.policy import Consequence
from shared.runtime.settings import Settings
from tests.support import samples
from tests.support.desk import Desk
from tests.support.reading import PROJECTIONS, workplace
from tests.support.samples import at

READ = ("overdue_responses", "open_cases", "policies")


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    levels = samples.service_levels(version=2, effective_from=at(0))
    levels["content"]["targets"] = {
        "RESOLUTION": {"NORMAL": {"hours": 40, "base": "BH"}, "URGENT": {"hours": 24, "base": "BH"}}
    }
    for command, body, name in (
        ("PublishCalendar", samples.calendar(provisional_from="2026-11-27"), CALENDAR),
        ("PublishSlaPolicy", levels, "standard"),
    ):
        answer = await desk.send(command, body, to=name, by="supervisor")
        assert answer.status == 201, answer.body
    return desk


@pytest.fixture
async def place(deployment: Settings, desk: Desk) -> AsyncIterator[Workplace]:
    async with workplace(deployment, desk.store, PeopleOpener(desk.people)) as place:
        yield place


async def wanted(place: Workplace, desk: Desk) -> list[Consequence]:
    await catch_up(desk.store, [await live_member(place, one) for one in PROJECTIONS if one.name in READ])
    async with place.pool.connection() as connection:
        return await rebasings(connection, desk.clock.now())


async def test_a_case_on_days_that_are_confirmed_is_measured_anew_once(desk: Desk, place: Workplace) -> None:
    # Forty hours from Monday noon end a week later at noon, twenty-four on Thursday the 26th.
    late = await desk.register(received_at=at(0))
    early = await desk.register(received_at=at(0), claimed_urgency="URGENT")
    assert await wanted(place, desk) == []
    confirmed = samples.calendar(holidays=["2026-11-27"]) | {"version": 2, "effective_from": at(0)}
    assert (await desk.send("PublishCalendar", confirmed, to=CALENDAR, by="supervisor")).status == 201
    (one,) = await wanted(place, desk)
    assert (one.aggregate_id, one.body["policy_version"], one.body["calendar_version"]) == (late, 2, "2")
    for _ in range(2):
        answer = await desk.send(one.command, one.body, to=late, by="system", command_id=one.command_id)
        assert answer.is_accepted, answer.body
    assert await desk.types(late) == ["FeedbackReceived", "PolicyRebased"]
    assert await desk.types(early) == ["FeedbackReceived"]
    assert await wanted(place, desk) == []
    text = "select due_at from read.overdue_responses where aggregate_id = %(case)s and to_sequence is null"
    async with place.pool.connection() as connection:
        row = await (await connection.execute(text, {"case": late})).fetchone()
    # Friday the 27th is a holiday: one day later than before.
    assert row is not None
    assert row[0].isoformat() == at(8 * 24)
