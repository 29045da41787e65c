"""Pauses that end by themselves: with the customer's answer at its time, and after ten working days."""

from collections.abc import Sequence

import pytest

from services.followup.letters.contents import COPIES, Part
from services.followup.letters.values import Reader
from services.followup.policies_pauses import over_at, resume_in_time, resume_when_answered
from shared.clocks.clock import COMPANY_ZONE
from shared.clocks.policy import CALENDAR
from shared.events.envelope import Recorded, encode
from shared.masters.policy import Policy
from shared.reactors.policy import Consequence, Reaction, Withdrawal
from shared.store.order import Known
from tests.support.clocked import Story, local, rules, shown

AT = "11-26 10:00"


def paused(reason: str, since: str = "11-26 11:00") -> Story:
    return Story(AT, claimed_urgency="NORMAL").then(
        since, "SlaPaused", reason=reason, clocks=["RESOLUTION", "PROGRESS"]
    )


def reactions(story: Story, react) -> Sequence[Reaction]:  # type: ignore[no-untyped-def]
    """What follows from the last event."""
    event, meta = story.events[-1]
    recorded = Recorded(len(story.events), "evt.case.abcde-fghjk", encode(meta, {}))
    found: Sequence[Reaction] = react(recorded, event, story.case, Known({f"policy.{CALENDAR}": Policy()}))
    return found


@pytest.mark.proves("B-19")
@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("WAIT_INFO", "InfoSupplemented"),
        ("WAIT_QUOTE", "QuotationDecided"),
        ("WAIT_WINDOW", "VisitConfirmed"),
        ("WAIT_ACCESS", "VisitConfirmed"),
    ],
)
def test_the_customers_answer_ends_the_pause_at_the_time_it_came(reason: str, answer: str) -> None:
    story = paused(reason).then("11-26 15:00", answer, recorded="11-27 09:00")
    (wanted,) = reactions(story, resume_when_answered)
    assert isinstance(wanted, Consequence)
    assert (wanted.command, wanted.body["clocks"]) == ("ResumeClocks", ["PROGRESS", "RESOLUTION"])
    assert wanted.body["at"] == local("11-26 15:00").isoformat()


def test_another_answer_ends_no_pause_and_neither_does_one_from_before() -> None:
    assert reactions(paused("WAIT_QUOTE").then("11-26 15:00", "InfoSupplemented"), resume_when_answered) == ()
    assert reactions(paused("WAIT_INFO").then("11-26 10:30", "InfoSupplemented"), resume_when_answered) == ()


@pytest.mark.proves("B-19")
def test_a_pause_ends_after_ten_working_days() -> None:
    (wanted,) = reactions(paused("FORCE_MAJEURE"), resume_in_time)
    assert isinstance(wanted, Consequence)
    # From Thursday the 26th ten working days on is Thursday, 10 December.
    assert shown(wanted.not_before) == "12-10 11:00"
    assert wanted.body["at"] == local("12-10 11:00").isoformat()
    assert "10" in wanted.body["cause"]


@pytest.mark.parametrize(("since", "over"), [("09-28 09:00", "10-16 09:00"), ("10-03 09:00", "10-20 09:00")])
def test_holidays_are_no_working_days_of_a_pause(since: str, over: str) -> None:
    assert shown(over_at(local(since), rules().calendar)) == over


def test_a_pause_that_was_ended_by_hand_is_not_ended_again() -> None:
    first = paused("WAIT_INFO")
    (asked,) = reactions(first, resume_in_time)
    story = first.then("11-27 10:00", "SlaResumed").then("11-30 10:00", "SlaPaused", clocks=["RESOLUTION"])
    withdrawn, later = reactions(story, resume_in_time)
    assert withdrawn == Withdrawal(asked.key)
    assert isinstance(later, Consequence)
    assert later.key != asked.key


@pytest.mark.proves("B-19", "B-20")
def test_a_customer_is_told_when_time_counts_again_though_nobody_answered() -> None:
    story = paused("WAIT_INFO")
    (wanted,) = reactions(story, resume_in_time)
    assert isinstance(wanted, Consequence)
    said = {"clocks": wanted.body["clocks"], "recorded": "12-10 11:01", "command_id": wanted.command_id}
    ended = story.then("12-10 11:00", "SlaResumed", **said)
    (part,) = told(ended)
    assert part.values == {"reason": "待客户资料", "since": "2026-11-26 11:00 (Asia/Shanghai)", "days": 10}


def test_a_customer_who_answered_or_whose_pause_a_person_ended_is_not_told() -> None:
    assert told(paused("WAIT_INFO").then("12-10 11:00", "SlaResumed")) == []
    story = paused("WAIT_INFO").then("12-09 15:00", "InfoSupplemented")
    (wanted,) = reactions(story, resume_when_answered)
    assert isinstance(wanted, Consequence)
    assert told(story.then("12-09 15:00", "SlaResumed", command_id=wanted.command_id)) == []


def told(story: Story) -> list[Part]:
    """The letters about the last event."""
    event, meta = story.events[-1]
    recorded = Recorded(len(story.events), "evt.case.abcde-fghjk", encode(meta, {}))
    return list(COPIES["SlaResumed"].parts(recorded, event, story.case, Reader("zh", COMPANY_ZONE)))
