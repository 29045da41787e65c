"""What would have been: clocks of past cases under a draft, beside what was, by hand and on a wall calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.command_line.seeding import content
from services.followup.projections.clock_inputs import CLOCK_INPUTS, inputs_from
from services.followup.what_if.outcome import Outcome, outcomes
from services.followup.what_if.tally import Tally
from shared.case.facts.followup import Pause
from shared.case.facts.timing import Mark, Run, Terms
from shared.clocks.calendar import Calendar
from shared.clocks.catalogue import clocks_from, clocks_of
from shared.clocks.clock import Status
from shared.clocks.drafted import Drafted
from shared.clocks.inputs import ClockInputs, inputs_of
from shared.clocks.rules import Rulebook
from shared.events.policy import CalendarContent, CalendarPublished, SlaContent, SlaPolicyPublished
from shared.events.vocabulary import ClockName, PauseReason, Urgency
from shared.projections.reference import Reference
from shared.projections.standing import Change, standing_of
from tests.support.walking import ONSITE, walk
from tests.unit.test_business_time import NATIONAL_DAY, shanghai

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
NOW = shanghai("2026-11-25T12:00")


def levels(**targets: dict[str, Any]) -> SlaContent:
    """Targets of NORMAL, by clock."""
    body = {"name": "standard", "targets": {clock: {"NORMAL": target} for clock, target in targets.items()}}
    return msgspec.convert(body, SlaContent)


def book_of(policy: SlaContent, calendar: CalendarContent = NATIONAL_DAY) -> Rulebook:
    """A first version of each, in force since long ago."""
    published = {"version": 1, "effective_from": SINCE, "drafted_by": "supervisor"}
    book = Rulebook().with_policy(SlaPolicyPublished(**published, content=policy))
    return book.with_calendar(CalendarPublished(**published, content=calendar))


def mark(at: datetime) -> Mark:
    return Mark(at, f"event-{at.isoformat()}", at)


def run(clock: str, start: str, stop: str | None = None, **changes: Any) -> Run:
    stopped = mark(shanghai(stop)) if stop is not None else None
    return replace(Run(ClockName(clock), "", 1, mark(shanghai(start)), stopped), **changes)


def inputs(*runs: Run, urgency: Urgency = Urgency.NORMAL, pauses: Sequence[Pause] = ()) -> ClockInputs:
    terms = Terms(runs[0].start, "FeedbackReceived", 1, urgency, 1, "1")
    return ClockInputs(runs, (terms,), tuple(pauses))


def compared(found: ClockInputs, draft: Drafted) -> list[tuple[str, Status | None, Status | None]]:
    return [(one.clock.value, one.before, one.after) for one in outcomes(found, draft, NOW)]


FOUR_NATURAL = levels(FIRST_RESPONSE={"hours": 4, "base": "H24"})
FOUR_OPEN = levels(FIRST_RESPONSE={"hours": 4, "base": "BH"})


@pytest.mark.parametrize(
    ("acknowledged", "was", "would_be"),
    [
        ("2026-09-30T20:30:00", Status.MET, Status.MET),
        ("2026-09-30T20:30:01", Status.BREACHED, Status.MET),
        ("2026-10-08T11:30:00", Status.BREACHED, Status.MET),
        ("2026-10-08T11:30:01", Status.BREACHED, Status.BREACHED),
    ],
)
def test_a_looser_draft_in_business_hours_leaps_over_the_holiday(
    acknowledged: str, was: Status, would_be: Status
) -> None:
    case = inputs(run("FIRST_RESPONSE", "2026-09-30T16:30:00", acknowledged))
    assert compared(case, Drafted(book_of(FOUR_NATURAL), FOUR_OPEN)) == [("FIRST_RESPONSE", was, would_be)]
    assert compared(case, Drafted(book_of(FOUR_OPEN), FOUR_NATURAL)) == [("FIRST_RESPONSE", would_be, was)]


def test_another_calendar_alone_leaves_the_policy_that_each_case_had() -> None:
    open_in_the_holiday = replace(NATIONAL_DAY, holidays=[])
    case = inputs(run("FIRST_RESPONSE", "2026-09-30T16:30:00", "2026-10-08T11:00:00"))
    draft = Drafted(book_of(FOUR_OPEN), None, Calendar.of(open_in_the_holiday))
    assert compared(case, draft) == [("FIRST_RESPONSE", Status.MET, Status.BREACHED)]
    (clock,) = clocks_from(case, draft)
    assert clock.due_at == shanghai("2026-10-01T11:30:00")
    assert (clock.policy_version, clock.calendar_version) == (1, "draft")


def test_a_clock_that_only_one_side_measures_is_counted_on_that_side() -> None:
    case = inputs(
        run("FIRST_RESPONSE", "2026-10-12T09:00:00", "2026-10-12T15:00:00"), run("TRIAGE", "2026-10-12T09:00:00")
    )
    draft = Drafted(book_of(FOUR_NATURAL), levels(TRIAGE={"hours": 8, "base": "BH"}))
    assert compared(case, draft) == [
        ("FIRST_RESPONSE", Status.BREACHED, None),
        ("TRIAGE", None, Status.BREACHED),
    ]
    tally = Tally()
    tally.add("one", None, outcomes(case, draft, NOW))
    total = tally.total()
    assert (total.before.n, total.after.n, total.newly_breached, total.no_longer_breached) == (1, 1, 1, 1)


def test_a_pause_counts_only_where_the_rules_let_the_clock_stand_still() -> None:
    strict = levels(RESOLUTION={"hours": 8, "base": "BH"})
    lenient = replace(strict, pausable=[ClockName.RESOLUTION])
    waiting = Pause(
        ClockName.RESOLUTION,
        PauseReason.WAIT_ACCESS,
        shanghai("2026-10-12T10:00"),
        "paused",
        shanghai("2026-10-13T10:00"),
        to=shanghai("2026-10-13T10:00"),
        ended_by="resumed",
    )
    case = inputs(run("RESOLUTION", "2026-10-12T09:00:00", "2026-10-14T08:30:00"), pauses=[waiting])
    # Eight open hours from 9:00 end the next morning at 9:00; the pause of eight more moves that by a day.
    assert compared(case, Drafted(book_of(strict), lenient)) == [("RESOLUTION", Status.BREACHED, Status.MET)]


def test_a_call_back_is_due_when_the_draft_would_have_had_it_made() -> None:
    policy = levels(CALLBACK={"hours": 8, "base": "BH"})
    verified, made = "2026-10-12T10:00:00", "2026-10-18T10:00:00"
    called = run("CALLBACK", verified, made, part="D7", due_at=shanghai("2026-10-19T10:00:00"))
    sooner = msgspec.convert({"D7": {"days": 3, "window": [-1, 1]}}, type=dict[str, Any])
    earlier = msgspec.convert({**msgspec.to_builtins(policy), "callbacks": sooner}, SlaContent)
    assert compared(inputs(called), Drafted(book_of(policy), earlier)) == [("CALLBACK", Status.MET, Status.BREACHED)]
    assert compared(inputs(called), Drafted(book_of(policy), policy)) == [("CALLBACK", Status.MET, Status.MET)]


def test_what_is_not_over_is_open_and_what_rests_on_unconfirmed_days_is_provisional() -> None:
    policy = levels(RESOLUTION={"hours": 400, "base": "BH"})
    case = inputs(run("RESOLUTION", "2026-11-20T09:00:00"))
    tally = Tally()
    tally.add(
        "one", "c", outcomes(case, Drafted(book_of(policy), levels(RESOLUTION={"hours": 40, "base": "H24"})), NOW)
    )
    (one,) = tally.by_clock()
    assert (one.clock, one.urgency) == (ClockName.RESOLUTION, Urgency.NORMAL)
    assert (one.before.open, one.before.provisional, one.before.breached) == (1, 1, 0)
    assert (one.after.open, one.after.provisional, one.after.breached) == (0, 0, 1)


def outcome(urgency: str, before: Status, after: Status) -> Outcome:
    return Outcome(ClockName.TRIAGE, Urgency(urgency), before, after, False, False)


def test_every_number_is_the_sum_of_moves_whose_cases_are_named() -> None:
    tally = Tally(most=2)
    for number in range(3):
        tally.add(f"late-{number}", "c1", [outcome("URGENT", Status.MET, Status.BREACHED)] * 2)
    tally.add("kept", "c2", [outcome("URGENT", Status.MET, Status.MET), outcome("MINOR", Status.BREACHED, Status.MET)])
    urgent, minor = tally.by_clock()
    assert (urgent.urgency, urgent.before.met, urgent.after.met, urgent.after.breached) == ("URGENT", 7, 1, 6)
    assert (urgent.newly_breached, urgent.no_longer_breached) == (6, 0)
    assert (minor.newly_breached, minor.no_longer_breached, minor.before.breached) == (0, 1, 1)
    assert [(one.before, one.after, one.clocks, one.case_count, one.cases) for one in urgent.moves] == [
        ("MET", "BREACHED", 6, 3, ["late-0", "late-1"]),
        ("MET", "MET", 1, 1, ["kept"]),
    ]
    assert [(one.customer_id, one.before.n) for one in tally.by_customer()] == [("c1", 6), ("c2", 2)]
    assert (tally.cases, tally.total().before.n) == (4, 8)


INSTANTS = st.integers(0, 400 * 86_400).map(lambda seconds: SINCE + timedelta(days=1000, seconds=seconds))
SPANS = st.integers(1, 60 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def any_inputs(draw: st.DrawFn) -> ClockInputs:
    """Runs of any clocks, reclassified perhaps, with pauses of those that may stand still."""
    begun = draw(INSTANTS)
    runs = []
    for number, clock in enumerate(draw(st.lists(st.sampled_from(ClockName), min_size=1, max_size=6))):
        if clock is ClockName.CALLBACK:
            continue
        start = begun + draw(SPANS)
        stop = mark(start + draw(SPANS)) if draw(st.booleans()) else None
        runs.append(Run(clock, str(number), 1, mark(start), stop))
    terms = [
        Terms(mark(begun + timedelta(days=place)), cause, 1, urgency, 1, "1")
        for place, (cause, urgency) in enumerate(
            draw(st.lists(st.tuples(st.just("Reclassified"), st.sampled_from(Urgency)), min_size=1, max_size=3))
        )
    ]
    pauses = []
    for clock in draw(st.lists(st.sampled_from((ClockName.RESOLUTION, ClockName.ARRIVAL)), max_size=3)):
        since = begun + draw(SPANS)
        to = since + draw(SPANS) if draw(st.booleans()) else None
        pauses.append(Pause(clock, PauseReason.WAIT_ACCESS, since, "p", since, to=to))
    return ClockInputs(tuple(runs), tuple(terms), tuple(pauses))


IN_FORCE = msgspec.convert(content("service_levels"), SlaContent)
OF_2026 = msgspec.convert(content("calendar"), CalendarContent)
TWICE = msgspec.json.decode(msgspec.json.encode(IN_FORCE).replace(b'"hours":1,', b'"hours":2,'), type=SlaContent)


@given(any_inputs())
@settings(max_examples=100, deadline=None)
def test_the_policy_in_force_gives_exactly_what_was(found: ClockInputs) -> None:
    book = book_of(IN_FORCE, OF_2026)
    draft = Drafted(book, IN_FORCE, Calendar.of(OF_2026))
    for one in outcomes(found, draft, NOW):
        assert (one.before, one.is_provisional_before) == (one.after, one.is_provisional_after)
    was = [replace(one, policy_version=0, calendar_version="draft") for one in clocks_from(found, book)]
    assert was == list(clocks_from(found, draft))


@given(any_inputs())
@settings(max_examples=50, deadline=None)
def test_more_time_never_makes_a_clock_late_that_was_not(found: ClockInputs) -> None:
    for one in outcomes(found, Drafted(book_of(IN_FORCE, OF_2026), TWICE), NOW):
        assert one.before is Status.BREACHED or one.after is not Status.BREACHED


async def test_what_is_kept_of_a_case_gives_the_clocks_of_the_whole_case() -> None:
    walked = await (await walk()).after(ONSITE[-1].command)
    events = await walked.desk.events(walked.case_id)
    standing = standing_of(events, Reference())
    assert standing is not None
    (row,) = CLOCK_INPUTS.apply(Change(None, standing), events[-1], None, Reference())
    assert inputs_from(row.inputs) == inputs_of(standing.state)
    book = book_of(IN_FORCE, OF_2026)
    assert len(clocks_of(standing.state, book)) > 8
    assert clocks_from(inputs_from(row.inputs), book) == clocks_of(standing.state, book)
    assert (row.version, row.sequence) == (standing.version, standing.sequence)
