"""The clock of an improvement: sixty calendar days from its opening, whatever its urgency might be."""

from typing import Any

import msgspec
import pytest

from shared.clocks.improvement import clock_of
from shared.events.catalogue import EVENTS
from shared.events.envelope import Meta
from shared.masters.improvement import Improvement, fold
from tests.support.clocked import book, local, shown

OPENED = {"source": "CASE", "finding": "滑块镶件磨损", "evidence_cases": ["abcde-fghjk"], "department": "TECH"}


def told(*events: tuple[str, str, dict[str, Any]]) -> Improvement:
    improvement = Improvement()
    for place, (at, type, fields) in enumerate(events, 1):
        meta = Meta(
            version=place,
            type=type,
            event_id=f"e{place}",
            command_id="",
            command_hash="",
            correlation_id="",
            actor="supervisor",
            actor_role="SUPERVISOR",
            occurred_at=local(at),
            recorded_at=local(at),
        )
        improvement = fold(improvement, msgspec.convert(fields, EVENTS[type]), meta)
    return improvement


@pytest.mark.proves("B-19")
def test_an_improvement_is_closed_within_sixty_days() -> None:
    opening = ("08-01 10:00", "ImprovementOpened", OPENED)
    running = clock_of(told(opening), book())
    assert running is not None
    assert (shown(running.due_at), running.status(local("09-30 10:00")).value) == ("09-30 10:00", "RUNNING")
    assert running.status(local("09-30 10:00:01")).value == "BREACHED"
    closed = clock_of(told(opening, ("09-30 10:00", "ImprovementClosed", {"reason": "有效"})), book())
    assert closed is not None
    assert (closed.status(local("12-01 10:00")).value, closed.stopped_by) == ("MET", "e2")
    rejected = clock_of(told(opening, ("08-02 10:00", "ImprovementRejected", {"reason": "无效"})), book())
    assert rejected is not None
    assert rejected.status(local("12-01 10:00")).value == "WITHDRAWN"


def test_an_improvement_that_falls_back_has_its_whole_time_again() -> None:
    events = [("08-01 10:00", "ImprovementOpened", OPENED), ("08-20 10:00", "ImprovementClosed", {"reason": "有效"})]
    clock = clock_of(told(*events, ("10-10 10:00", "ImprovementReopened", {"reason": "指标回落"})), book())
    assert clock is not None
    assert (shown(clock.due_at), clock.stopped_at, clock.cycle) == ("12-09 10:00", None, 2)


def test_without_an_opening_or_a_policy_there_is_no_clock() -> None:
    assert clock_of(Improvement(), book()) is None
    early = ("1990-01-01 10:00", "ImprovementOpened", OPENED)
    assert clock_of(told(early), book()) is None
