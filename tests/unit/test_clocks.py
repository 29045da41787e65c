"""Every clock: what starts and stops it and when it is due, under the policy and the calendar the product begins with.

2026-11-26 is a Thursday; a day has 8 business hours, 08:30 to 12:00 and 13:00 to 17:30. From Thursday 10:00 the next
working days at 10:00 are Fri 27, Mon 30, Tue 1, Wed 2, Thu 3, Fri 4, Mon 7, Tue 8, Wed 9, Thu 10, Fri 11, Mon 14,
Tue 15, Wed 16, Thu 17 and Fri 18 December, each 8 hours later.
"""

import pytest

from shared.clocks.clock import instant_at, overdue_by, remaining, used
from tests.support.clocked import Story, local, rules, shown

AT = "11-26 10:00"


def reported(urgency: str = "NORMAL", at: str = AT, **more: object) -> Story:
    return Story(at, claimed_urgency=urgency, **more)


def triaged(urgency: str = "NORMAL", **more: object) -> Story:
    return reported(urgency, **more).then(AT, "Classified", urgency=urgency)


def asked(urgency: str = "NORMAL", **request: object) -> Story:
    return triaged(urgency).then(AT, "OnsiteRequested", **request)


def approved(urgency: str = "NORMAL", **request: object) -> Story:
    return asked(urgency, **request).then(AT, "OnsiteApproved")


def visited(urgency: str = "NORMAL") -> Story:
    return approved(urgency).then(AT, "TechnicianArrived")


def consulted(urgency: str = "NORMAL") -> Story:
    return triaged(urgency).then(AT, "ConsultationRequested")


def answered(urgency: str = "NORMAL") -> Story:
    return reported(urgency).then(AT, "CaseAcknowledged")


def told(urgency: str = "NORMAL") -> Story:
    return triaged(urgency).then(AT, "DepartmentFeedbackSent")


def evaluated(urgency: str = "NORMAL") -> Story:
    return verified(urgency, "REMOTE").then(AT, "CustomerEvaluated")


def verified(urgency: str = "NORMAL", mode: str = "ONSITE") -> Story:
    story = visited(urgency) if mode == "ONSITE" else triaged(urgency)
    return story.then(AT, "ServiceVerified", mode=mode)


@pytest.mark.proves("B-19")
@pytest.mark.parametrize(
    ("story", "clock", "urgent", "normal", "minor"),
    [
        (reported, "FIRST_RESPONSE", "11-26 11:00", "11-26 15:00", "11-27 10:00"),
        (reported, "TRIAGE", "11-26 12:00", "11-27 10:00", "11-30 10:00"),
        (consulted, "CONSULTATION", "11-26 14:00", "11-27 10:00", "12-01 10:00"),
        (triaged, "REMOTE_RESULT", "11-26 18:00", "11-30 10:00", "12-03 10:00"),
        (asked, "APPROVAL", "11-26 12:00", "11-27 10:00", "11-30 10:00"),
        (approved, "ARRIVAL", "11-26 22:00", "12-01 10:00", "12-07 10:00"),
        (reported, "RESOLUTION", "11-29 10:00", "12-03 10:00", "12-10 10:00"),
        (evaluated, "ARCHIVE", "12-01 10:00", "12-01 10:00", "12-01 10:00"),
        (answered, "PROGRESS", "11-26 14:00", "11-30 10:00", "12-03 10:00"),
        (told, "DEPARTMENT_REPLY", "12-01 10:00", "12-01 10:00", "12-01 10:00"),
    ],
)
def test_a_clock_is_due_when_its_target_has_passed(story, clock, urgent, normal, minor) -> None:  # type: ignore[no-untyped-def]
    due = [story(urgency).due(clock) for urgency in ("URGENT", "NORMAL", "MINOR")]
    assert due == [urgent, normal, minor]


@pytest.mark.parametrize(
    ("urgency", "at", "due"),
    [
        ("NORMAL", "09-30 16:30", "10-08 11:30"),
        ("MINOR", "10-09 15:30", "10-10 15:30"),
        ("NORMAL", "10-03 12:00", "10-08 13:30"),
        ("URGENT", "10-03 23:30", "10-04 00:30"),
        ("NORMAL", "09-30 17:29:59", "10-08 13:29:59"),
    ],
)
def test_business_time_leaps_over_holidays_and_counts_make_up_days(urgency: str, at: str, due: str) -> None:
    assert reported(urgency, at).due("FIRST_RESPONSE") == due


@pytest.mark.parametrize(
    ("urgency", "zone", "due"),
    [
        ("URGENT", "A", "11-26 22:00"),
        ("URGENT", "B", "11-27 10:00"),
        ("URGENT", "C", "11-28 10:00"),
        ("NORMAL", "OVERSEAS", "12-01 10:00"),
    ],
)
def test_the_way_to_a_site_is_measured_by_its_zone(urgency: str, zone: str, due: str) -> None:
    assert approved(urgency, zone=zone).due("ARRIVAL") == due


def test_overseas_the_contract_says_when_somebody_arrives() -> None:
    assert [one.name for one in approved("URGENT", zone="OVERSEAS").clocks() if one.name == "ARRIVAL"] == []


@pytest.mark.parametrize(
    ("story", "clock", "stop", "fields"),
    [
        (reported(), "FIRST_RESPONSE", "CaseAcknowledged", {}),
        (reported(), "TRIAGE", "Classified", {}),
        (consulted(), "CONSULTATION", "ConsultationHeld", {}),
        (triaged(), "REMOTE_RESULT", "RemoteSessionLogged", {"outcome": "RESOLVED"}),
        (triaged(), "REMOTE_RESULT", "OnsiteRequested", {}),
        (asked(), "APPROVAL", "OnsiteApproved", {}),
        (asked(), "APPROVAL", "OnsiteRejected", {}),
        (asked(), "APPROVAL", "OnsiteWithdrawn", {}),
        (approved(), "ARRIVAL", "TechnicianArrived", {}),
        (approved(service_mode="RETURN"), "ARRIVAL", "MouldReceivedAtFactory", {}),
        (visited(), "RESOLUTION", "ServiceVerified", {}),
        (evaluated(), "ARCHIVE", "Archived", {}),
        (told(), "DEPARTMENT_REPLY", "DepartmentFeedbackAcknowledged", {}),
    ],
)
def test_a_clock_stops_with_its_event(story: Story, clock: str, stop: str, fields: dict[str, object]) -> None:
    assert story.clock(clock).stopped_at is None
    found = story.then("11-26 10:30", stop, **fields).clock(clock)
    assert (shown(found.stopped_at), found.stopped_by) == ("11-26 10:30", f"e{len(story.events)}")
    assert (found.started_by, found.is_withdrawn, found.status(local("12-31 00:00")).value) != ("", True, "MET")


def test_a_session_that_solves_nothing_is_no_remote_result() -> None:
    story = triaged().then("11-26 11:00", "RemoteSessionLogged", outcome="NOT_RESOLVED")
    assert story.clock("REMOTE_RESULT").stopped_at is None


def test_exactly_at_the_due_time_is_on_time_and_a_second_later_is_not() -> None:
    story = reported()
    assert story.status("FIRST_RESPONSE", "11-26 15:00:00") == "RUNNING"
    assert story.status("FIRST_RESPONSE", "11-26 15:00:01") == "BREACHED"
    assert reported().then("11-26 15:00", "CaseAcknowledged").status("FIRST_RESPONSE", "12-24 10:00") == "MET"
    assert reported().then("11-26 15:00:01", "CaseAcknowledged").status("FIRST_RESPONSE", AT) == "BREACHED"


def test_what_is_recorded_late_counts_when_it_happened() -> None:
    clock = reported().then("11-26 14:00", "CaseAcknowledged", recorded="11-27 09:00").clock("FIRST_RESPONSE")
    assert clock.status(local("11-27 09:00")).value == "MET"
    assert clock.recording_delay is not None
    assert clock.recording_delay.total_seconds() == 19 * 3600


def test_what_happened_late_says_by_how_much_in_business_time() -> None:
    clock = reported().then("11-27 09:30", "CaseAcknowledged").clock("FIRST_RESPONSE")
    # Due at 15:00; 15:00 to 17:30 and 08:30 to 09:30 are three hours and a half.
    assert overdue_by(clock, local("11-30 10:00"), rules()) == 3.5 * 3600
    assert (used(clock, local("11-30 10:00"), rules()), remaining(clock, local("11-30 10:00"), rules())) == (27_000, 0)


@pytest.mark.parametrize(
    ("percent", "at"), [(75, "11-26 14:00"), (100, "11-26 15:00"), (150, "11-26 17:00"), (200, "11-27 10:00")]
)
def test_a_share_of_a_target_is_used_up_in_its_own_time(percent: int, at: str) -> None:
    # Four hours from 10:00: two until noon; three at 14:00, six at 17:00, eight on Friday at 10:00.
    assert shown(instant_at(reported().clock("FIRST_RESPONSE"), percent, rules())) == at


@pytest.mark.proves("R-2.1.1-b")
def test_the_first_response_counts_from_when_sales_heard_of_it() -> None:
    relayed = {"channel": "SALES_RELAY", "relayed_by": "sales", "relay_received_at": local("11-26 08:30").isoformat()}
    story = reported(**relayed)
    assert (story.due("FIRST_RESPONSE"), story.due("TRIAGE")) == ("11-26 13:30", "11-27 10:00")


@pytest.mark.proves("R-2.1.1-c")
@pytest.mark.parametrize(
    ("arrived_on", "urgency", "due"),
    [
        ("2026-11-25", "NORMAL", "11-25 13:30"),
        ("2026-11-21", "URGENT", "11-23 09:30"),
        ("2026-11-26", "NORMAL", "11-26 13:30"),
    ],
)
def test_a_letter_counts_from_the_first_opening_of_its_day(arrived_on: str, urgency: str, due: str) -> None:
    letter = {"channel": "LETTER", "letter_no": "L-1", "arrived_on": arrived_on}
    assert reported(urgency, **letter).due("FIRST_RESPONSE") == due


def test_the_archive_counts_from_the_later_of_evaluation_and_return() -> None:
    story = visited().then(AT, "ServiceVerified").then("11-26 11:00", "CustomerEvaluated")
    assert [one for one in story.clocks() if one.name == "ARCHIVE"] == []
    story.then("11-26 12:00", "TechnicianDeparted").then("11-26 14:00", "TechnicianReturned")
    assert (story.due("ARCHIVE"), story.clock("ARCHIVE").started_by) == ("12-01 14:00", f"e{len(story.events)}")
    early = visited().then(AT, "ServiceVerified").then("11-26 10:10", "TechnicianDeparted")
    early.then("11-26 10:20", "TechnicianReturned").then("11-26 11:00", "CustomerEvaluated")
    assert early.due("ARCHIVE") == "12-01 11:00"


@pytest.mark.proves("B-20")
def test_each_word_to_the_customer_ends_one_stretch_of_progress_and_begins_the_next() -> None:
    story = reported().then("11-26 11:00", "CaseAcknowledged").then("11-26 14:00", "CustomerNotified")
    assert [shown(one.started_at) for one in story.clocks() if one.name == "PROGRESS"] == ["11-26 11:00", "11-26 14:00"]
    story.then(
        "11-26 13:00", "RemoteSessionLogged", recorded="11-26 16:00", started_at=local("11-26 12:30").isoformat()
    )
    runs = [(shown(one.started_at), shown(one.stopped_at)) for one in story.clocks() if one.name == "PROGRESS"]
    assert runs == [("11-26 11:00", "11-26 13:00"), ("11-26 13:00", "11-26 14:00"), ("11-26 14:00", None)]
    story.then("11-26 15:00", "CustomerNotified", delivered=False)
    assert len(runs) == 3
    story.then("11-26 17:00", "ServiceVerified", mode="REMOTE")
    assert shown(story.clock("PROGRESS", nth=2).stopped_at) == "11-26 17:00"


def test_departments_answer_each_for_itself() -> None:
    story = triaged().then("11-26 11:00", "DepartmentFeedbackSent").then("11-26 14:00", "DepartmentFeedbackSent")
    story.then("11-26 15:00", "DepartmentFeedbackAcknowledged", feedback_event_id="e4")
    first, second = (story.clock("DEPARTMENT_REPLY", nth=nth) for nth in (0, 1))
    assert (first.part, first.stopped_at, second.part) == ("e3", None, "e4")
    assert shown(second.stopped_at) == "11-26 15:00"


def call_back(point: str = "D7") -> Story:
    return verified().then("11-26 10:05", "CallbackScheduled", point=point, due_at=local("12-03 10:00").isoformat())


@pytest.mark.proves("R-2.5.1-a")
def test_a_call_back_counts_from_the_verification_until_it_was_made() -> None:
    clock = call_back().clock("CALLBACK")
    assert (clock.part, shown(clock.started_at), shown(clock.due_at)) == ("D7", AT, "12-03 10:00")
    assert shown(call_back().then("12-02 10:00", "CallbackDone").clock("CALLBACK").stopped_at) == "12-02 10:00"


@pytest.mark.parametrize("stop", ["CaseReopened", "CaseClosed"])
def test_what_becomes_of_a_dissatisfied_customer_is_due_within_a_working_day(stop: str) -> None:
    story = call_back().then("12-03 09:00", "CallbackDone", final_satisfaction=1, result="DISSATISFIED")
    second = story.clock("CALLBACK", nth=1)
    assert (second.part, shown(second.due_at), second.stopped_at) == ("D7:DISSATISFIED", "12-04 09:00", None)
    second = story.then("12-03 16:00", stop).clock("CALLBACK", nth=1)
    assert (shown(second.stopped_at), second.is_withdrawn) == ("12-03 16:00", False)
