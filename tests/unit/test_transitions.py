"""The table of the life cycle itself: each row is taken from each of its states, refused elsewhere and to others."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from shared.case.lifecycle import TRANSITIONS, Transition
from shared.events.catalogue import BY_KIND
from shared.events.vocabulary import CaseState as S
from shared.events.vocabulary import Role
from tests.support.acts import ACTS, OF_CASES
from tests.support.desk import COMMANDS
from tests.support.life import Life, Sent
from tests.support.scene import USERS

SENDING = {command.event.__name__: name for name, command in COMMANDS.items() if command.kind == "case"}
BEFORE: dict[str, tuple[str, ...]] = {
    "ConsultationHeld": ("RequestConsultation",),
    "QuotationIssued": ("AssessWarranty",),
    "QuotationDecided": ("AssessWarranty", "IssueQuotation"),
    "ServicePrepared": ("ConfirmVisit", "ReadSafetyRules"),
    "PlanAgreed": ("ConfirmProblem", "ProposePlan"),
    "PlanRefused": ("ConfirmProblem", "ProposePlan"),
    "WorkFinished": ("PerformWork",),
    "UnsignedDecided": ("RecordTrialRun", "RefuseSignature"),
    "CustomerEvaluated": ("SubmitCompletionReport",),
    "EvaluationDeclined": ("SubmitCompletionReport",),
    "DepartmentFeedbackAcknowledged": ("SendDepartmentFeedback",),
    "Archived": ("ReturnFromSite",),
    "CallbackAttempted": ("ScheduleCallback",),
    "CallbackDone": ("ScheduleCallback",),
    "CallbackUnreachable": ("ScheduleCallback", *["AttemptCallback"] * 3),
    "CaseClosed": (*["ScheduleCallback"] * 2, *["CompleteCallback"] * 2),
    "SlaResumed": ("PauseClocks",),
    "EscalationAcknowledged": ("Escalate",),
    "HoldLifted": ("PlaceHold",),
    "EventVoided": ("AddAuditNote",),
}
"""What a row's guard asks for in any of its states, by commands that keep the state."""
IN_STATE: dict[tuple[str, S], tuple[str, ...]] = {
    ("PlanProposed", S.ON_SITE): ("ConfirmProblem",),
    ("ServiceVerified", S.WORK_DONE): ("RecordTrialRun",),
    ("MouldReturned", S.WORK_DONE): ("RecordTrialRun",),
}
FACTS: dict[str, tuple[str, ...]] = {
    "SpareReceived": ("ShipSpare",),
    "SparesReturned": ("IssueSpares",),
    "ReturnedPartAnalysed": ("ReturnSpares",),
    "DuplicateReleased": ("AbsorbDuplicate",),
    "TechnicianDeparted": ("ArriveOnSite",),
    "TechnicianReturned": ("ArriveOnSite", "DepartSite"),
}
"""What happened in an earlier state: it stands in the log."""
KINDS: dict[str, str] = {
    "MouldReceivedAtFactory": "RETURN",
    "MouldReturned": "RETURN",
    "TrainingRecorded": "TRAINING",
    "InformationWaived": "UNIDENTIFIED",
}
AGAIN = {"TechnicianDeparted": (), "TechnicianReturned": ("DepartSite",)}
"""Where nobody is on site yet, people are of the visit before, which was broken off."""
BY_SENT = frozenset({("TrainingRecorded", S.WORK_DONE)})
"""Where a technician sends what a specialist sends elsewhere."""
IN_ROLE: dict[tuple[str, Role], tuple[str, S, tuple[Sent, ...]]] = {
    ("InfoSupplemented", Role.TECHNICIAN): ("VISIT", S.WORK_DONE, ()),
    ("SparesReturned", Role.TECHNICIAN): ("VISIT", S.VERIFIED, ()),
    ("OnsiteWithdrawn", Role.ENGINEER): ("VISIT", S.DIAGNOSING, (("RequestOnsite", Role.ENGINEER),)),
    ("TrainingRecorded", Role.TECHNICIAN): ("TRAINING", S.WORK_DONE, ()),
    ("TrainingRecorded", Role.ENGINEER): ("TRAINING", S.WORK_DONE, ()),
    ("ServiceVerified", Role.SUPERVISOR): ("REMOTE", S.REMOTE_RESOLVED, ("NotifyCustomer",) * 3),
    ("TechnicianDeparted", Role.ENGINEER): ("VISIT", S.VERIFIED, ()),
    ("TechnicianReturned", Role.ENGINEER): ("VISIT", S.VERIFIED, ()),
    ("CompletionReportSubmitted", Role.SPECIALIST): ("REMOTE", S.VERIFIED, ()),
    ("CustomerEvaluated", Role.SPECIALIST): ("REMOTE", S.VERIFIED, (("SubmitCompletionReport", Role.SPECIALIST),)),
    ("RecordCorrected", Role.TECHNICIAN): ("VISIT", S.WORK_DONE, ()),
    ("RecordCorrected", Role.ENGINEER): ("VISIT", S.DIAGNOSING, ("RecordDiscipline",)),
}
"""Roles that may send a command of a row only of some cases, and one of those with what happened to it."""
WAITS = {"SlaBreached": 9.0}
"""Hours that pass first."""
CASES = [row for row in TRANSITIONS if row.states]


def name(row: Transition) -> str:
    when = f"-{row.when.field}-{'-'.join(sorted(row.when.values))}" if row.when is not None else ""
    return f"{row.event}-{row.states[0] if row.states else 'NEW'}{when}"


def siblings(row: Transition) -> Iterator[Transition]:
    return (one for one in TRANSITIONS if one.event == row.event)


def wants(row: Transition) -> dict[str, str]:
    """A value of the field that the row hangs on; for a row without one, a value of none of its siblings."""
    if row.when is not None:
        return {row.when.field: min(row.when.values)}
    told = {one.when.field: one.when.values for one in siblings(row) if one.when is not None}
    others = {"outcome": "NOT_RESOLVED", "result": "PASS", "decision": "ACCEPT"}
    assert all(others[field] not in values for field, values in told.items())
    return {field: others[field] for field in told}


def allowed(row: Transition, state: S) -> Transition | None:
    """The row that counts for the same fields in another state."""
    said = wants(row)
    fits = (one for one in siblings(row) if one.when is None or said[one.when.field] in one.when.values)
    return next((one for one in fits if state in one.states), None)


def role_of(row: Transition, state: S | None = None) -> Role:
    if (row.event, state) in BY_SENT:
        return Role.TECHNICIAN
    usual = OF_CASES[SENDING[row.event]].role
    return usual if usual in row.roles else min(row.roles)


@pytest.fixture(scope="module")
async def life() -> Life:
    return await Life().open()


async def ready(life: Life, row: Transition, state: S) -> None:
    """A case in the state, with all that the row's guard asks for."""
    if row.event in AGAIN and state is S.PREPARED:
        await life.stand("AGAIN", state)
        for command in AGAIN[row.event]:
            await life.take(command)
        return
    await life.stand(KINDS.get(row.event, "VISIT"), state)
    life.desk.later(hours=WAITS.get(row.event, 0.0))
    await life.told(*FACTS.get(row.event, ()))
    for command in (*BEFORE.get(row.event, ()), *IN_STATE.get((row.event, state), ())):
        assert await life.take(command) is state, command


async def ready_for(life: Life, row: Transition, role: Role) -> None:
    """A case in which somebody in this role may take the row."""
    if (row.event, role) not in IN_ROLE:
        await ready(life, row, row.states[0])
        return
    kind, state, before = IN_ROLE[row.event, role]
    await life.stand(kind, state)
    await life.told(*FACTS.get(row.event, ()))
    for sent in before:
        await life.take(sent)


def test_every_event_of_a_case_has_a_row_and_every_command_a_body() -> None:
    assert set(SENDING) == {row.event for row in TRANSITIONS}
    assert set(SENDING.values()) == set(OF_CASES)
    assert set(COMMANDS) == set(ACTS)


@pytest.mark.parametrize("row", CASES, ids=name)
async def test_a_row_is_taken_from_each_of_its_states_and_leads_where_it_says(life: Life, row: Transition) -> None:
    for state in row.states:
        assert allowed(row, state) is row
        await ready(life, row, state)
        assert await life.state() is state
        answer = await life.send(SENDING[row.event], role_of(row, state), wants(row))
        assert answer.status == 201, (state, answer.body)
        assert answer.body["event"]["type"] == row.event
        assert answer.body["state"] == (row.to or state), state
        assert await life.state() is (row.to or state)


@pytest.mark.parametrize("row", TRANSITIONS, ids=name)
async def test_in_every_other_state_a_row_is_refused_and_nothing_happens(life: Life, row: Transition) -> None:
    for state in S:
        if allowed(row, state) is not None:
            continue
        await life.stand("VISIT", state)
        before = await life.desk.store.last()
        answer = await life.send(SENDING[row.event], role_of(row), wants(row))
        assert (answer.status, answer.body["code"]) == (409, "S-STATE"), (state, answer.body)
        assert await life.desk.store.last() == before


@pytest.mark.parametrize("row", TRANSITIONS, ids=name)
async def test_who_is_not_in_the_row_is_refused_and_nothing_happens(life: Life, row: Transition) -> None:
    state = next(iter(row.states), S.RECEIVED)
    await life.stand("VISIT", state)
    before = await life.desk.store.last()
    for role in USERS.keys() - row.roles:
        answer = await life.send(SENDING[row.event], role, wants(row))
        assert (answer.status, answer.body["code"]) == (403, "A-ROLE"), (role, answer.body)
    assert await life.desk.store.last() == before


@pytest.mark.parametrize("row", CASES, ids=name)
async def test_everybody_in_a_row_may_take_it(life: Life, row: Transition) -> None:
    for role in row.roles:
        await ready_for(life, row, role)
        answer = await life.send(SENDING[row.event], role, wants(row))
        assert (answer.status, answer.body.get("event", {}).get("type")) == (201, row.event), (role, answer.body)


@pytest.mark.proves("B-06")
def test_whoever_works_on_site_names_no_price_and_takes_no_word_on_one() -> None:
    priced = {
        event.__name__
        for event in BY_KIND["case"]
        if any("_fen" in name for name in _fields(msgspec.json.schema(event)))
    }
    assert priced == {"OnsiteRequested", "QuotationIssued", "RemedyDecided"}
    deciding = [row for row in TRANSITIONS if row.event in {*priced, "QuotationDecided"}]
    assert not any(Role.TECHNICIAN in row.roles for row in deciding)


def _fields(schema: Any) -> Iterator[str]:
    match schema:
        case dict():
            yield from schema.get("properties", ())
            for one in schema.values():
                yield from _fields(one)
        case list():
            for one in schema:
                yield from _fields(one)
