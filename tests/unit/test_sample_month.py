"""The plan of the sample month: the same for the same day, sound in every body, with every state and every turn."""

import itertools
from collections import Counter
from datetime import datetime, timedelta

import msgspec
import pytest

from services.command_line import seeding
from services.command_line.sample_month import CASES
from services.command_line.sample_month.answering import Answers
from services.command_line.sample_month.cases import SPAN, settings
from services.command_line.sample_month.detours import DETOURS
from services.command_line.sample_month.month import masters
from services.command_line.sample_month.papers import paper, picture, strokes
from services.command_line.sample_month.planning import Planned, plan
from services.command_line.sample_month.reacting import tick_after
from services.command_line.sample_month.texts import problems
from services.command_line.sample_month.working_time import HERE
from shared.files.mime import media_type
from shared.store.checker import draft_of
from tests.support.desk import COMMANDS, Desk
from tests.support.past import happened

START = datetime(2026, 10, 14, tzinfo=HERE)
WEEK = [START + timedelta(days=number) for number in range(7)]
ENDS = {
    "RECEIVED": {"received", "acknowledged", "supplied"},
    "TRIAGED": {"classified", "warranty"},
    "DIAGNOSING": {"consultation_requested", "consultation_held", "remote_begun", "remote_failed", "remote_again"},
    "REMOTE_RESOLVED": {"remote_resolved"},
    "ONSITE_REQUESTED": {"requested", "requested_again"},
    "ONSITE_APPROVED": {"approved", "confirmed", "rules_read"},
    "PREPARED": {"prepared"},
    "ON_SITE": {"arrived", "photo_before", "problem_confirmed", "planned", "refused", "planned_again"},
    "PLAN_AGREED": {"agreed", "performed", "trial_failed", "performed_again"},
    "WORK_DONE": {"finished", "trial_passed", "photo_after"},
    "VERIFIED": {"verified", "reported"},
    "EVALUATED": {"evaluated", "departed", "returned", "record_attached", "feedback_sent"},
}
TURNS = {
    "consultation",
    "no_session",
    "remote_twice",
    "nothing_to_tell",
    "no_reply",
    "late_response",
    "late_recording",
    "slow",
    "unknown_fields",
    "fails",
    "rejected",
    "conditional",
    "plan_refused",
    "dissatisfied",
}


def body(planned: Planned) -> dict[str, object]:
    """The body as it arrives at a service."""
    found: dict[str, object] = msgspec.json.decode(msgspec.json.encode(planned.body))
    return found


def test_the_same_day_gives_the_same_plan() -> None:
    assert plan(START, masters()) == plan(START, masters())


def test_another_day_gives_the_same_cases_at_other_times() -> None:
    first, second = (
        {one.command_id: one.at for one in plan(day, masters()) if one.command == "RegisterFeedback"}
        for day in WEEK[:2]
    )
    assert first.keys() == second.keys()
    assert all(first[name] < second[name] for name in first)


@pytest.mark.parametrize("start", WEEK, ids=lambda day: f"{day:%a}")
def test_every_body_passes_the_checker_of_its_command(start: datetime) -> None:
    for one in plan(start, masters()):
        _, findings = draft_of(COMMANDS[one.command].event, body(one))
        assert findings.faults == [], (one.case, one.step)


@pytest.mark.parametrize("start", WEEK, ids=lambda day: f"{day:%a}")
def test_whatever_day_it_ends_on_some_case_waits_in_every_state(start: datetime) -> None:
    last = {one.case: one.step for one in plan(start, masters())}
    waiting = {state for state, steps in ENDS.items() if steps & set(last.values())}
    assert waiting == set(ENDS)
    assert Counter(last.values())["called_after_a_month"] > 5


@pytest.mark.parametrize("start", WEEK, ids=lambda day: f"{day:%a}")
def test_every_turn_is_taken_and_everything_lies_within_the_span(start: datetime) -> None:
    given = list(settings(start, masters(), CASES))
    assert len(given) == CASES
    assert set().union(*(one.turns for one in given)) >= TURNS
    planned = plan(start, masters())
    assert all(start <= one.at < start + SPAN for one in planned)
    assert all(before.at <= after.at for before, after in itertools.pairwise(planned))


def test_all_channels_urgencies_and_kinds_of_moulds_occur() -> None:
    reports = [body(one) for one in plan(START, masters()) if one.command == "RegisterFeedback"]
    for field, wanted in {
        "channel": {"HOTLINE", "EMAIL", "IM", "LETTER", "SALES_RELAY", "VERBAL"},
        "claimed_urgency": {"URGENT", "NORMAL", "MINOR"},
        "mould_kind": {"INJECTION", "DIECAST", "STAMPING"},
        "scope": {"REPAIR", "MAINT_ADVICE", "TRAINING", "CHANGE", "FEEDBACK"},
        "case_kind": {"SERVICE", "COMPLAINT"},
    }.items():
        assert {report[field] for report in reports} == wanted


def test_who_acts_is_among_the_people_of_the_sample() -> None:
    people = {seed.aggregate_id for seed in seeding.people()}
    assert {one.user for one in plan(START, masters())} <= people


@pytest.mark.parametrize("start", WEEK, ids=lambda day: f"{day:%a}")
def test_every_way_that_a_case_can_go_is_gone_to_its_end(start: datetime) -> None:
    given = {turn: one.number for one in settings(start, masters(), CASES) for turn in one.turns if turn in DETOURS}
    assert given.keys() == DETOURS.keys()
    commands = {one.command for one in plan(start, masters())}
    by_people = {name for name, command in COMMANDS.items() if command.kind == "case" and not command.is_system}
    assert by_people - commands == {"CloseCase"}


def test_command_ids_are_unique() -> None:
    counted = Counter(one.command_id for one in plan(START, masters(), 300))
    assert set(counted.values()) == {1}


def test_every_problem_has_a_published_code_and_fits_a_mould() -> None:
    published = {one["code"] for one in seeding.content("fault_codes")["codes"]}
    kinds = {"INJECTION": "I", "DIECAST": "D", "STAMPING": "S"}
    for problem in problems():
        assert problem.code in published
        assert problem.code[0] == "C" or problem.kinds == [kind for kind in kinds if kinds[kind] == problem.code[0]]
        assert any(mould["kind"] in problem.kinds for mould in masters().moulds)
        assert problem.measure.lowest <= problem.measure.after <= problem.measure.highest


def test_papers_and_pictures_are_what_they_seem_and_always_the_same() -> None:
    made = paper("维修方案", ["第一步"])
    assert made == paper("维修方案", ["第一步"])
    assert media_type(made) == "application/pdf"
    assert media_type(strokes("周敏")) == media_type(picture("I-PQ-01 BEFORE")) == "image/png"


def test_a_tick_is_never_before_what_is_due() -> None:
    for seconds in (0, 1, 4.5, 5, 5.001):
        due = START + timedelta(seconds=seconds)
        assert timedelta(0) <= tick_after(due) - due < timedelta(seconds=5)


@pytest.mark.parametrize(("trigger", "answers"), [("PERCENT", 1), ("NOT_ACKNOWLEDGED", 1), ("TWO_REFUSALS", 0)])
async def test_whoever_is_told_answers_within_the_hour(trigger: str, answers: int) -> None:
    desk = Desk()
    await desk.open()
    case_id = await desk.register()
    raised = {"clock": "APPROVAL", "level": 3, "trigger": trigger, "to": ["MANAGEMENT", "SUPERVISOR"]}
    await happened(desk, case_id, ("Escalated", raised))
    coming, recorded = Answers(), (await desk.events(case_id))[-1]
    coming.hear(recorded)
    assert (coming.next_at() is not None) == bool(answers)
    if answers:
        one = coming.pop()
        assert (one.case_id, one.clock, one.level, one.user) == (case_id, "APPROVAL", 3, "supervisor")
        assert timedelta(0) < one.at - recorded.meta.occurred_at < timedelta(hours=1)
