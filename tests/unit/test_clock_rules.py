"""What moves a clock: pauses, another urgency or policy, a new cycle, a merge, an end without service, a return."""

import pytest

from shared.clocks.clock import used
from shared.clocks.spans import spans
from tests.support.clocked import Story, local, rules, shown

AT = "11-26 10:00"
"""A Thursday; a NORMAL resolution is due five working days later, on 12-03 at 10:00."""


def reported(urgency: str = "NORMAL", at: str = AT) -> Story:
    return Story(at, claimed_urgency=urgency)


def paused(*pauses: tuple[str, str | None], urgency: str = "NORMAL") -> Story:
    story = reported(urgency)
    for since, to in pauses:
        story.then(since, "SlaPaused")
        if to is not None:
            story.then(to, "SlaResumed")
    return story


@pytest.mark.proves("B-19")
@pytest.mark.parametrize(
    ("urgency", "pauses", "due"),
    [
        ("NORMAL", [("11-26 14:00", "11-26 16:00")], "12-03 12:00"),
        ("NORMAL", [("11-26 17:00", "11-27 09:00")], "12-03 11:00"),
        ("NORMAL", [("11-28 09:00", "11-29 18:00")], "12-03 10:00"),
        ("NORMAL", [("11-27 12:00", "11-27 13:00")], "12-03 10:00"),
        ("NORMAL", [("11-26 14:00", "11-26 15:00"), ("11-26 15:00", "11-26 16:00")], "12-03 12:00"),
        ("NORMAL", [("12-03 10:00", "12-04 10:00")], "12-03 10:00"),
        ("URGENT", [("11-28 09:00", "11-29 18:00")], "11-30 19:00"),
        ("URGENT", [("11-26 11:00", "11-26 11:00:01")], "11-29 10:00:01"),
    ],
)
def test_a_pause_moves_the_due_time_by_its_time_in_the_clocks_own_base(
    urgency: str, pauses: list[tuple[str, str]], due: str
) -> None:
    assert paused(*pauses, urgency=urgency).due("RESOLUTION") == due


def test_overlapping_pauses_count_once() -> None:
    story = paused(("11-26 13:00", None)).then("11-26 14:00", "SlaPaused", reason="WAIT_INFO")
    assert story.then("11-26 16:00", "SlaResumed").due("RESOLUTION") == "12-03 14:00"


def test_a_clock_that_stands_still_is_not_overdue_however_long_it_does() -> None:
    clock = paused(("11-26 14:00", None)).clock("RESOLUTION")
    assert clock.status(local("2027-06-01 10:00")).value == "PAUSED"
    # Two hours until noon and one after it.
    assert used(clock, local("2027-06-01 10:00"), rules()) == 3 * 3600
    late = paused(("12-03 10:00:01", None)).clock("RESOLUTION")
    assert late.status(local("12-03 10:01")).value == "BREACHED"


def test_what_is_done_while_a_clock_stands_still_ends_the_pause_and_is_on_time() -> None:
    clock = paused(("11-26 14:00", None)).then("12-18 10:00", "ServiceVerified", mode="REMOTE").clock("RESOLUTION")
    assert clock.status(local("12-24 10:00")).value == "MET"
    assert used(clock, local("12-24 10:00"), rules()) == 3 * 3600
    (*_, last) = spans(clock, local("12-24 10:00"), rules())
    assert (last.kind.value, shown(last.to), last.ended_by) == ("PAUSED", "12-18 10:00", "e3")


def test_only_what_the_policy_lets_pause_is_paused() -> None:
    story = reported().then("11-26 10:30", "SlaPaused", clocks=["FIRST_RESPONSE", "RESOLUTION"])
    assert story.clock("FIRST_RESPONSE").pauses == ()
    assert story.status("FIRST_RESPONSE", "11-26 15:01") == "BREACHED"


@pytest.mark.proves("B-19")
def test_every_second_is_counted_paused_or_closed_and_says_by_which_events() -> None:
    story = paused(("11-26 11:00", "11-26 15:00")).then("11-27 09:00", "ServiceVerified", mode="REMOTE")
    found = [
        (one.kind.value, shown(one.since), shown(one.to), one.seconds // 60, one.begun_by, one.ended_by)
        for one in spans(story.clock("RESOLUTION"), local("12-24 10:00"), rules())
    ]
    assert found == [
        ("COUNTED", "11-26 10:00", "11-26 11:00", 60, "e1", "e2"),
        ("PAUSED", "11-26 11:00", "11-26 15:00", 180, "e2", "e3"),
        ("COUNTED", "11-26 15:00", "11-26 17:30", 150, "e3", "e4"),
        ("CLOSED", "11-26 17:30", "11-27 08:30", 0, "e3", "e4"),
        ("COUNTED", "11-27 08:30", "11-27 09:00", 30, "e3", "e4"),
    ]
    assert used(story.clock("RESOLUTION"), local("12-24 10:00"), rules()) == (60 + 150 + 30) * 60


def test_a_pause_that_goes_on_has_no_event_that_ended_it() -> None:
    (*_, last) = spans(paused(("11-26 11:00", None)).clock("RESOLUTION"), local("11-26 12:00"), rules())
    assert (last.kind.value, last.ended_by, last.reason, shown(last.to)) == ("PAUSED", "", "WAIT_WINDOW", "11-26 12:00")


def test_another_urgency_counts_from_the_original_start_and_may_be_overdue_at_once() -> None:
    story = reported().then("11-26 10:30", "Classified", urgency="NORMAL")
    story.then("11-26 13:30", "Reclassified", urgency="URGENT")
    clock = story.clock("FIRST_RESPONSE")
    assert (shown(clock.due_at), clock.cause) == ("11-26 11:00", "RECLASSIFIED")
    assert clock.status(local("11-26 13:30")).value == "BREACHED"
    assert (story.due("RESOLUTION"), story.clock("RESOLUTION").cause) == ("11-29 10:00", None)


def test_what_was_late_before_it_was_classified_anew_is_late_by_itself() -> None:
    story = reported().then("11-26 15:30", "Classified", urgency="URGENT")
    assert story.clock("FIRST_RESPONSE").cause is None
    kept = reported().then("11-26 10:45", "CaseAcknowledged").then("11-26 15:30", "Classified", urgency="URGENT")
    assert (kept.clock("FIRST_RESPONSE").cause, kept.status("FIRST_RESPONSE", "12-24 10:00")) == (None, "MET")
    slow = reported().then("11-26 11:30", "CaseAcknowledged").then("11-26 15:30", "Classified", urgency="URGENT")
    assert (slow.clock("FIRST_RESPONSE").cause, slow.status("FIRST_RESPONSE", AT)) == ("RECLASSIFIED", "BREACHED")


def test_a_lower_urgency_gives_more_time_and_erases_no_breach() -> None:
    story = reported("URGENT").then("11-26 11:30", "SlaBreached", due_at=local("11-26 11:00").isoformat())
    story.then("11-26 11:40", "Classified", urgency="MINOR")
    assert (story.due("FIRST_RESPONSE"), story.status("FIRST_RESPONSE", "11-26 12:00")) == ("11-27 10:00", "RUNNING")
    assert [one.clock for one in story.case.followup.breaches] == ["FIRST_RESPONSE"]


def test_another_policy_counts_from_the_original_start() -> None:
    story = reported().then("11-26 16:00", "PolicyRebased")
    clock = story.clock("RESOLUTION")
    assert (shown(clock.due_at), clock.policy_version, clock.cause) == ("11-26 12:00", 2, "REBASED")


@pytest.mark.proves("B-07")
def test_a_mould_at_our_factory_has_more_time_from_its_approval_on() -> None:
    story = reported().then(AT, "Classified").then("11-30 10:00", "OnsiteRequested", service_mode="RETURN")
    assert story.due("RESOLUTION") == "12-03 10:00"
    story.then("12-01 10:00", "OnsiteApproved", agreed_until=local("12-31 10:00").isoformat())
    # 120 business hours are fifteen working days from Thursday the 26th.
    assert (story.due("RESOLUTION"), shown(story.clock("RESOLUTION").agreed_until)) == ("12-17 10:00", "12-31 10:00")
    story.then("12-02 10:00", "OnsiteWithdrawn")
    assert (story.due("RESOLUTION"), story.clock("ARRIVAL").is_withdrawn) == ("12-03 10:00", True)


def test_an_agreed_date_stands_beside_the_policys() -> None:
    story = reported().then("11-27 10:00", "PlanAgreed", agreed_until=local("2027-01-10 17:00").isoformat())
    assert (story.due("RESOLUTION"), shown(story.clock("RESOLUTION").agreed_until)) == (
        "12-03 10:00",
        "2027-01-10 17:00",
    )


def reopened() -> Story:
    story = reported().then("11-26 10:30", "CaseAcknowledged").then("11-26 10:40", "Classified")
    story.then("11-27 10:00", "ServiceVerified", mode="REMOTE")
    return story.then("12-07 10:00", "CaseReopened")


def test_a_new_cycle_has_fresh_clocks_and_the_first_ones_stay() -> None:
    found = [
        (one.cycle, shown(one.due_at), shown(one.stopped_at)) for one in reopened().clocks() if one.name == "RESOLUTION"
    ]
    assert found == [(1, "12-03 10:00", "11-27 10:00"), (2, "12-14 10:00", None)]
    assert [(one.cycle, shown(one.due_at)) for one in reopened().clocks() if one.name == "FIRST_RESPONSE"] == [
        (1, "11-26 15:00"),
        (2, "12-07 15:00"),
    ]


def test_what_a_new_cycle_changes_leaves_the_first_one_as_it_was_measured() -> None:
    story = reopened().then("12-07 11:00", "Reclassified", urgency="URGENT").then("12-07 11:30", "PolicyRebased")
    first, second = (story.clock("RESOLUTION", nth=nth) for nth in (0, 1))
    assert (first.urgency, first.policy_version, shown(first.due_at)) == ("NORMAL", 1, "12-03 10:00")
    assert (second.urgency, second.policy_version, shown(second.due_at)) == ("URGENT", 2, "12-10 10:00")


def test_a_new_cycle_begins_with_no_pause() -> None:
    story = reported().then("11-26 11:00", "SlaPaused").then("11-27 10:00", "ServiceVerified", mode="REMOTE")
    clock = story.then("12-07 10:00", "CaseReopened").clock("RESOLUTION", nth=1)
    assert (clock.paused_since, shown(clock.due_at)) == (None, "12-14 10:00")


def test_what_nobody_did_before_a_case_came_back_is_owed_no_more() -> None:
    story = reported().then("11-27 10:00", "ServiceVerified", mode="REMOTE").then("12-07 10:00", "CaseReopened")
    first = story.clock("FIRST_RESPONSE")
    assert (first.is_withdrawn, first.status(local("12-07 10:00")).value) == (True, "BREACHED")


@pytest.mark.proves("B-33")
def test_the_earliest_report_of_a_merged_problem_keeps_the_clocks_until_it_is_released() -> None:
    earlier = {"received_at": local("11-26 08:30").isoformat(), "relay_received_at": local("11-25 16:30").isoformat()}
    story = reported().then("11-26 10:20", "DuplicateAbsorbed", **earlier)
    assert (story.due("FIRST_RESPONSE"), story.due("TRIAGE")) == ("11-26 11:30", "11-26 17:30")
    assert story.clock("TRIAGE").started_by == "e2"
    story.then("11-26 10:30", "DuplicateReleased")
    assert (story.due("FIRST_RESPONSE"), story.clock("TRIAGE").started_by) == ("11-26 15:00", "e1")


@pytest.mark.parametrize(
    ("end", "back"), [("CaseMarkedDuplicate", "DuplicateUnmarked"), ("CaseTransferred", "TransferReturned")]
)
def test_a_case_that_ends_without_service_owes_nothing_until_it_is_back(end: str, back: str) -> None:
    story = reported().then("11-26 11:00", end)
    assert story.status("FIRST_RESPONSE", "12-24 10:00") == "WITHDRAWN"
    story.then("11-27 10:00", back)
    clock = story.clock("FIRST_RESPONSE")
    assert (clock.stopped_at, shown(clock.due_at), clock.is_withdrawn) == (None, "11-26 15:00", False)


def test_a_case_that_was_cancelled_in_error_begins_anew() -> None:
    story = reported().then("11-26 11:00", "CaseCancelled")
    assert {one.status(local("12-24 10:00")).value for one in story.clocks()} == {"WITHDRAWN"}
    story.then("11-27 10:00", "CaseReopened", trigger="CANCELLED_IN_ERROR")
    assert [shown(one.due_at) for one in story.clocks() if one.name == "TRIAGE"] == ["11-27 10:00", "11-30 10:00"]


def test_a_due_time_on_days_that_nobody_confirmed_is_provisional() -> None:
    assert not reported("NORMAL", "12-21 10:00").clock("RESOLUTION").is_provisional
    assert reported("NORMAL", "12-28 10:00").clock("RESOLUTION").is_provisional
    assert not reported("URGENT", "12-31 10:00").clock("RESOLUTION").is_provisional
