"""When the levels of a clock come, by hand: 40 hours of business for the resolution, Monday 23 November 2026, 08:30.

A business day has 8 h, 08:30 to 12:00 and 13:00 to 17:30. 75 % are 30 h, 150 % 60 h, 200 % 80 h.
"""

import pytest

from shared.clocks.escalation import coming, next_of
from tests.support.clocked import Story, rules, shown


def a_story() -> Story:
    return Story("11-23 08:30", claimed_urgency="NORMAL")


def levels(story: Story) -> dict[int, str | None]:
    """When each level comes; 0 is the breach."""
    return {one.level: shown(one.at) for one in coming(story.case, story.clock("RESOLUTION"), rules())}


@pytest.mark.proves("B-19")
def test_levels_come_in_business_time() -> None:
    """30 h: three days and 6 h of Thursday; 40 h: Friday's end; 60 h: 20 h more; 80 h: the next Friday's end."""
    assert levels(a_story()) == {
        0: "11-27 17:30",
        1: "11-26 15:30",
        2: "11-27 17:30",
        3: "12-02 13:30",
        4: "12-04 17:30",
    }


@pytest.mark.proves("B-19")
def test_a_pause_of_a_business_day_moves_every_level_by_one() -> None:
    """Tuesday 13:00 to Wednesday 12:00 are 4.5 h and 3.5 h."""
    story = a_story().then("11-24 13:00", "SlaPaused").then("11-25 12:00", "SlaResumed")
    assert levels(story) == {0: "11-30 17:30", 1: "11-27 15:30", 2: "11-30 17:30", 3: "12-03 13:30", 4: "12-07 17:30"}


def test_a_pause_over_a_weekend_moves_no_level() -> None:
    paused = Story("11-23 08:30", claimed_urgency="NORMAL").then("11-27 17:30", "SlaPaused")
    assert levels(paused.then("11-30 08:30", "SlaResumed")) == levels(a_story())


def test_while_a_clock_stands_still_nothing_comes_but_what_was_due_before() -> None:
    early = a_story().then("11-24 13:00", "SlaPaused")
    assert next_of(early.case, early.clock("RESOLUTION"), rules()) is None
    late = a_story().then("11-26 16:00", "SlaPaused")
    assert levels(late) == {1: "11-26 15:30"}


def test_a_case_made_urgent_has_its_levels_from_its_original_start() -> None:
    """72 natural hours from Monday 08:30: 54 h are Wednesday 14:30, 72 h Thursday 08:30, 108 h Friday 20:30."""
    story = a_story().then("11-23 10:00", "Classified", urgency="URGENT", urgency_basis=["DELIVERY"])
    assert levels(story) == {0: "11-26 08:30", 1: "11-25 14:30", 2: "11-26 08:30", 3: "11-27 20:30", 4: "11-29 08:30"}


def test_a_new_cycle_has_levels_of_its_own() -> None:
    raised = {"clock": "RESOLUTION", "level": 1, "trigger": "PERCENT", "to": ["specialist"]}
    story = a_story()
    story.then("11-26 15:31", "Escalated", **raised)
    assert 1 not in levels(story)
    story.then("11-27 09:00", "ServiceVerified").then("11-30 08:30", "CaseReopened")
    clock = story.clock("RESOLUTION", nth=1)
    found = {one.level: shown(one.at) for one in coming(story.case, clock, rules())}
    assert found[1] == "12-03 15:30"
