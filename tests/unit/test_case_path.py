"""Where a case stands among the steps of the norm, and what the norm expects next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.console.case_events import CaseEvent
from services.console.pages.case_expected import expected
from services.console.pages.case_next import is_possible, is_usual
from services.console.pages.case_path import ANY, STAGES, path_of, stage_of
from services.console.pages.forms.faults import spoken
from services.console.pages.language import Words
from shared.case.lifecycle import next_events
from shared.events.catalogue import BY_KIND
from shared.events.vocabulary import CaseState, Role

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def happened(*types: str, **data: Any) -> list[CaseEvent]:
    return [
        CaseEvent(
            index, index, f"e{index}", type, NOON + timedelta(hours=index), NOON, "who", "ENGINEER", None, 1, None, data
        )
        for index, type in enumerate(types, 1)
    ]


def standings(state: CaseState, events: list[CaseEvent]) -> dict[str, str]:
    return {step.stage: step.standing for step in path_of(state, events)}


def test_every_event_of_a_case_belongs_to_a_step_or_may_happen_at_any_time() -> None:
    assert {stage_of(event.__name__) for event in BY_KIND["case"]} <= {*STAGES, ANY}
    assert stage_of("OnsiteApproved") == "approval"
    assert stage_of("SlaBreached") == ANY


def test_a_case_on_site_has_its_approval_behind_and_its_verification_ahead() -> None:
    found = standings(CaseState.ON_SITE, happened("FeedbackReceived"))
    assert [found[stage] for stage in ("approval", "site", "verification")] == ["done", "now", "ahead"]


def test_a_service_from_afar_skips_the_visit() -> None:
    events = happened("FeedbackReceived", "ServiceVerified", mode="REMOTE")
    found = standings(CaseState.EVALUATED, events)
    assert {found[stage] for stage in ("approval", "preparation", "site")} == {"skipped"}
    assert found["archive"] == "now"


def test_a_closed_case_has_everything_behind_it_and_expects_nothing() -> None:
    assert set(standings(CaseState.CLOSED, []).values()) == {"done"}
    assert list(expected(CaseState.CLOSED, [])) == []


def test_the_norm_asks_for_confirmation_reading_and_preparation_in_this_order() -> None:
    events = happened("FeedbackReceived", "OnsiteApproved")
    assert next(expected(CaseState.ONSITE_APPROVED, events)) == "VisitConfirmed"
    events = happened("FeedbackReceived", "OnsiteApproved", "VisitConfirmed", "SafetyRulesRead")
    assert next(expected(CaseState.ONSITE_APPROVED, events)) == "ServicePrepared"
    again = happened("FeedbackReceived", "OnsiteApproved", "VisitConfirmed", "SafetyRulesRead", "OnsiteApproved")
    assert next(expected(CaseState.ONSITE_APPROVED, again)) == "VisitConfirmed"


def test_a_mould_that_comes_to_the_factory_is_expected_there_and_nobody_goes_to_the_customer() -> None:
    events = happened("OnsiteRequested", "OnsiteApproved", service_mode="RETURN")
    assert list(expected(CaseState.ONSITE_APPROVED, events)) == ["ServicePrepared"]
    assert list(expected(CaseState.PREPARED, events)) == ["MouldReceivedAtFactory"]
    assert not is_possible("VisitConfirmed", events, ())
    assert is_possible("MouldReceivedAtFactory", events, ())
    tried = happened("OnsiteRequested", "WorkFinished", "TrialRunRecorded", service_mode="RETURN")
    assert next(expected(CaseState.WORK_DONE, tried)) == "MouldReturned"


def test_on_a_visit_no_mould_is_expected_at_the_factory() -> None:
    events = happened("OnsiteRequested", "OnsiteApproved", service_mode="ONSITE")
    assert not is_possible("MouldReceivedAtFactory", events, ())
    assert is_possible("TechnicianArrived", events, ())


def test_a_decision_without_signature_is_offered_once_a_signature_was_refused() -> None:
    assert not is_possible("UnsignedDecided", happened("TrialRunRecorded"), ())
    assert is_possible("UnsignedDecided", happened("SignatureRefused"), ())
    assert not is_possible("UnsignedDecided", happened("SignatureRefused", "UnsignedDecided"), ())


def test_two_call_backs_are_expected_one_after_the_other() -> None:
    events = happened("Archived", "CallbackScheduled", "CallbackScheduled", "CallbackDone")
    assert next(expected(CaseState.ARCHIVED, events)) == "CallbackDone"
    events = happened("Archived", "CallbackScheduled", "CallbackScheduled", "CallbackDone", "CallbackDone")
    assert next(expected(CaseState.ARCHIVED, events)) == "CaseClosed"
    assert not is_possible("CallbackDone", events, ())


def test_nobody_is_offered_to_leave_a_site_that_nobody_came_to() -> None:
    assert not is_possible("TechnicianDeparted", happened("FeedbackReceived"), ())
    assert is_possible("TechnicianDeparted", happened("TechnicianArrived"), ())
    assert not is_possible("InfoSupplemented", happened("FeedbackReceived"), ())


def test_a_refusal_speaks_of_fields_and_states_by_their_names() -> None:
    words = Words("zh")
    assert spoken("必须晚于 started_at", words) == "必须晚于 开始时间"
    assert spoken("当前状态 DIAGNOSING 不允许此操作", words) == "当前状态 诊断支持中 不允许此操作"
    assert spoken("确实没有时请填 no_parts=true", words) == "确实没有时请填 “未更换备件”"
    assert spoken("代码 I-PQ-01 与 MPa 不变", words) == "代码 I-PQ-01 与 MPa 不变"


def test_a_hold_is_placed_where_none_stands_and_lifted_where_one_does() -> None:
    for events, possible in (
        ((), "HoldPlaced"),
        (("HoldPlaced",), "HoldLifted"),
        (("HoldPlaced", "HoldLifted"), "HoldPlaced"),
    ):
        told = happened("FeedbackReceived", *events)
        assert [one for one in ("HoldPlaced", "HoldLifted") if is_possible(one, told, ())] == [possible]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("DepartmentFeedbackSent", "DepartmentFeedbackAcknowledged"),
        ("Escalated", "EscalationAcknowledged"),
        ("QuotationIssued", "QuotationDecided"),
        ("SlaPaused", "SlaResumed"),
        ("SpareShipped", "SpareReceived"),
    ],
)
def test_an_answer_is_offered_at_once_while_something_waits_for_it(question: str, answer: str) -> None:
    assert not is_possible(answer, happened("FeedbackReceived"), ())
    assert is_possible(answer, happened(question), ())
    assert not is_possible(answer, happened(question, answer), ())
    assert is_usual(answer, CaseState.DIAGNOSING, happened(question))


def test_a_customer_is_tried_and_given_up_only_while_a_call_back_is_open() -> None:
    open_one = happened("Archived", "CallbackScheduled")
    assert is_possible("CallbackAttempted", open_one, ())
    assert not is_possible("CallbackUnreachable", open_one, ())
    tried = happened("Archived", "CallbackScheduled", "CallbackAttempted")
    assert is_possible("CallbackAttempted", tried, ())
    assert is_possible("CallbackUnreachable", tried, ())
    done = happened("Archived", "CallbackScheduled", "CallbackDone")
    assert not is_possible("CallbackAttempted", done, ())


def test_a_dissatisfied_customer_leads_to_opening_the_case_again() -> None:
    events = happened("Archived", "CallbackScheduled", "CallbackDone", result="DISSATISFIED")
    assert next(expected(CaseState.ARCHIVED, events)) == "CaseReopened"
    assert is_usual("CaseReopened", CaseState.ARCHIVED, events)
    assert not is_usual("CaseReopened", CaseState.ARCHIVED, happened("Archived"))


def test_a_complaint_needs_a_remedy_and_a_training_no_trial_run() -> None:
    complaint = happened("FeedbackReceived", case_kind="COMPLAINT")
    assert next(expected(CaseState.REMOTE_RESOLVED, complaint)) == "RemedyDecided"
    assert not is_possible("RemedyDecided", happened("FeedbackReceived", case_kind="SERVICE"), ())
    training = happened("FeedbackReceived", "WorkFinished", scope="TRAINING")
    assert next(expected(CaseState.WORK_DONE, training)) == "TrainingRecorded"
    assert not is_possible("TrialRunRecorded", training, ())


def test_a_refused_signature_waits_for_the_supervisor() -> None:
    events = happened("WorkFinished", "TrialRunRecorded", "SignatureRefused")
    assert next(expected(CaseState.WORK_DONE, events)) == "UnsignedDecided"


@pytest.mark.parametrize("state", list(CaseState))
def test_nobody_is_shown_a_wall_of_actions(state: CaseState) -> None:
    """Of all that any one role may do in a state, seven at most are shown at once; a case has had everything."""
    events = happened(*(event.__name__ for event in BY_KIND["case"]))
    for role in Role:
        possible = [one for one in next_events(state, frozenset({role})) if is_possible(one, events, ())]
        assert sum(is_usual(one, state, events) for one in possible) <= 7, (role, possible)
