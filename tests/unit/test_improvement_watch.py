"""An improvement that is not closed in time: raised level by level, flagged once, taken up by whoever was told."""

from datetime import timedelta
from typing import Any

import pytest

from services.analytics.policies import POLICIES
from services.command_line.seeding import content
from shared.events.catalogue import decode
from shared.masters.improvement import Improvement
from shared.reactors.policy import Consequence, Withdrawal
from shared.store.order import Known
from shared.store.request import Answer
from tests.support.desk import Desk
from tests.support.samples import NOON, at, calendar, service_levels
from tests.unit.test_improvement_rules import CARRIED_OUT, CLOSED, EVIDENCE, PLANNED, WORKED, gone, improvement

(WATCH,) = POLICIES
TAKE_UP = "AcknowledgeImprovementEscalation"
IMPROVEMENT = {"clock": "IMPROVEMENT"}


@pytest.fixture
async def desk() -> Desk:
    """A desk whose policy is the one that a new firm begins with."""
    made = Desk()
    await made.open()
    made.evidence.keep(EVIDENCE)
    week = calendar(**content("calendar"))
    assert (await made.send("PublishCalendar", week, to="company-calendar", by="supervisor")).status == 201
    levels = service_levels(version=2, effective_from=at(0), content=content("service_levels"))
    assert (await made.send("PublishSlaPolicy", levels, to="standard", by="supervisor")).status == 201
    return made


async def coming(desk: Desk, one: str) -> Consequence | None:
    """What the policy intends after the newest event of an improvement."""
    recorded = (await desk.events(one, "improvement"))[-1]
    assert WATCH.reads(recorded)
    found = {}
    for policy in ("standard", "company-calendar"):
        found[f"policy.{policy}"] = (await desk.aggregates.get(f"evt.policy.{policy}")).state
    state: Improvement = (await desk.aggregates.get(f"evt.improvement.{one}")).state
    (reaction,) = WATCH.react(recorded, decode(recorded), state, Known(found))
    if isinstance(reaction, Withdrawal):
        return None
    assert isinstance(reaction, Consequence)
    return reaction


async def sent(desk: Desk, wanted: Consequence) -> Answer:
    """The command of an intention, once its time has come."""
    assert wanted.not_before is not None
    desk.clock.advance(max(timedelta(), wanted.not_before - desk.clock.now()))
    return await desk.send(wanted.command, wanted.body, to=wanted.aggregate_id, by="system")


def days(wanted: Consequence) -> float:
    """How long after noon something is sent, without the second of grace."""
    assert wanted.not_before is not None
    return (wanted.not_before - timedelta(seconds=1) - NOON) / timedelta(days=1)


@pytest.mark.proves("B-19")
async def test_one_that_stays_open_rises_and_is_flagged_until_there_is_nothing_higher(desk: Desk) -> None:
    one = await improvement(desk)
    happened: list[tuple[float, str, Any]] = []
    while (wanted := await coming(desk, one)) is not None:
        happened.append((days(wanted), wanted.command, wanted.body.get("to")))
        answer = await sent(desk, wanted)
        assert answer.status == 201, answer.body
    assert happened == [
        (45, "EscalateImprovement", ["TECH"]),
        (60, "FlagImprovementBreach", None),
        (60, "EscalateImprovement", ["SUPERVISOR"]),
        (90, "EscalateImprovement", ["SUPERVISOR", "QUALITY"]),
        (120, "EscalateImprovement", ["MANAGEMENT", "SUPERVISOR"]),
    ]


@pytest.mark.proves("B-19")
async def test_the_owner_is_told_once_there_is_one_and_nobody_of_one_that_is_closed(desk: Desk) -> None:
    one = await improvement(desk)
    await gone(desk, one, PLANNED)
    planned = await coming(desk, one)
    assert planned is not None
    assert planned.body["to"] == ["engineer"]
    await gone(desk, one, CARRIED_OUT, WORKED, CLOSED)
    assert await coming(desk, one) is None
    desk.later(days=30)
    await gone(desk, one, ("ReopenImprovement", {"reason": "重开率回升"}, "analyst"))
    again = await coming(desk, one)
    assert again is not None
    assert days(again) == 30 + 45


async def test_what_is_asked_for_twice_or_too_early_is_not_recorded(desk: Desk) -> None:
    one = await improvement(desk)
    level = {**IMPROVEMENT, "level": 1, "trigger": "PERCENT", "to": ["TECH"]}
    early = await desk.send("EscalateImprovement", level, to=one, by="system")
    assert (early.status, early.body["code"]) == (409, "S-GUARD")
    due = (NOON + timedelta(days=60)).isoformat()
    breach = {**IMPROVEMENT, "due_at": due, "policy_version": 2}
    for body in (breach, breach | {"clock": "RESOLUTION"}, breach | {"policy_version": 9}):
        refused = await desk.send("FlagImprovementBreach", body, to=one, by="system")
        assert (refused.status, refused.body["code"]) == (409, "S-GUARD"), body
    assert [event.meta.type for event in await desk.events(one, "improvement")] == ["ImprovementOpened"]
    desk.later(days=61)
    for command, body in (("EscalateImprovement", level), ("FlagImprovementBreach", breach)):
        first = await desk.send(command, body, to=one, by="system")
        second = await desk.send(command, body, to=one, by="system")
        assert (first.status, second.status) == (201, 200), second.body
    assert len(await desk.events(one, "improvement")) == 3
    await gone(desk, one, ("RejectImprovement", {"reason": "偶发"}, "supervisor"))
    late = await desk.send("EscalateImprovement", level | {"level": 2, "to": ["SUPERVISOR"]}, to=one, by="system")
    assert late.body["code"] == "S-STATE"


@pytest.mark.parametrize(("by", "status"), [("supervisor", 403), ("quality", 403), ("engineer", 201)])
async def test_a_level_is_taken_up_by_who_was_told_and_once(desk: Desk, by: str, status: int) -> None:
    one = await improvement(desk)
    await gone(desk, one, PLANNED)
    too_early = await desk.send(TAKE_UP, {**IMPROVEMENT, "level": 1}, to=one, by="engineer")
    assert too_early.body["code"] == "S-GUARD"
    wanted = await coming(desk, one)
    assert wanted is not None
    await sent(desk, wanted)
    assert (await desk.send(TAKE_UP, {**IMPROVEMENT, "level": 1}, to=one, by=by)).status == status
    again = await desk.send(TAKE_UP, {**IMPROVEMENT, "level": 1}, to=one, by="engineer")
    assert again.status == (201 if status == 403 else 409)
