"""Clocks do not depend on how their events were read: carried along, in batches of any size, or all at once."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.case.fold import fold
from shared.case.state import Case
from shared.clocks.bases import counted
from shared.clocks.catalogue import Measurement, clocks_of, measured
from shared.clocks.clock import stretches, used
from shared.clocks.spans import spans
from tests.support.clocked import Story, book, local, rules

TYPES = (
    *("CaseAcknowledged", "Classified", "ConsultationRequested", "ConsultationHeld", "RemoteSessionLogged"),
    *("OnsiteRequested", "OnsiteApproved", "OnsiteWithdrawn", "TechnicianArrived", "TechnicianDeparted"),
    *("TechnicianReturned", "PlanAgreed", "ServiceVerified", "CustomerEvaluated", "Archived", "CallbackScheduled"),
    *("CallbackDone", "CaseReopened", "CaseClosed", "CaseTransferred", "TransferReturned", "DuplicateAbsorbed"),
    *("DuplicateReleased", "CustomerNotified", "DepartmentFeedbackSent", "DepartmentFeedbackAcknowledged"),
    *("SlaPaused", "SlaResumed", "PolicyRebased", "Reclassified"),
)
BEGIN = local("09-28 10:00")


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Any events in any order, none of them refused: the fold never refuses."""
    story, minute = Story("09-28 10:00"), 0
    for type in draw(st.lists(st.sampled_from(TYPES), max_size=14)):
        minute += draw(st.integers(0, 3000))
        at = (BEGIN + timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M")
        fields = {"received_at": local("09-27 10:00").isoformat()} if type == "DuplicateAbsorbed" else {}
        story.then(at, type, **fields)
    return story


@settings(deadline=None, max_examples=150)
@given(stories(), st.integers(1, 5))
def test_clocks_are_the_same_in_batches_of_any_size(story: Story, size: int) -> None:
    case, carried = Case(), None
    before: Measurement | None = None
    for place, (event, meta) in enumerate(story.events):
        case = fold(case, event, meta)
        # A batch ends: what was carried along is forgotten, as when another process goes on.
        before = None if place % size == 0 else before
        before = measured(case, book(), before)
        carried = before.clocks
        assert carried == clocks_of(case, book()), meta.type
    assert carried == story.clocks()


@settings(deadline=None, max_examples=100)
@given(stories(), st.integers(0, 60_000))
def test_spans_are_without_gaps_and_their_counted_seconds_are_what_was_used(story: Story, minutes: int) -> None:
    at = BEGIN + timedelta(minutes=minutes)
    for clock in story.clocks():
        found = spans(clock, at, rules())
        assert all(one.to == other.since for one, other in pairwise(found))
        assert all(one.since < one.to for one in found)
        seconds = sum(one.seconds for one in found if one.kind.value == "COUNTED")
        assert seconds == used(clock, max(at, clock.started_at), rules())


@settings(deadline=None, max_examples=100)
@given(stories())
def test_the_due_time_is_when_the_target_was_counted(story: Story) -> None:
    for clock in story.clocks():
        if clock.paused_since is None and clock.base.value != "CD":
            until_due = counted(clock.base, rules().calendar, clock.started_at, clock.due_at, stretches(clock.pauses))
            assert until_due == clock.target_seconds
