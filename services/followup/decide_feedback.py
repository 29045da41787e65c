"""The rules of telling departments. Pure: what is sent to them, and that each answers for itself (norm 2.4.2)."""

from collections.abc import Iterator

import msgspec

from shared.case.facts.followup import Feedback
from shared.case.state import Case
from shared.events.case.followup import DepartmentFeedbackAcknowledged, DepartmentFeedbackSent
from shared.events.vocabulary import FeedbackAction, Role
from shared.rules.fields import needed, only_with
from shared.store.order import Fault, Known, Order, Refused


def check_feedback(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """At least one of the three texts (R-2.4.2-b)."""
    draft: DepartmentFeedbackSent = order.draft
    if draft.customer_feedback is None and draft.mould_usage_info is None and draft.suggestion is None:
        yield Fault("V-REQ", "one_text_needed", "customer_feedback")


def send_feedback(order: Order, case: Case, known: Known) -> DepartmentFeedbackSent:
    """A department is told what the service showed."""
    draft: DepartmentFeedbackSent = order.draft
    return draft


def may_acknowledge(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A department answers only what was sent to itself."""
    if order.actor.role is not Role.DEPT:
        return
    named = order.draft.feedback_event_id
    meant = [one for one in case.followup.feedback if one.event_id == named] if named else _unanswered(case)
    if meant and all(one.department is not order.actor.staff.dept for one in meant):
        yield Fault("A-ROLE", "other_departments_feedback", "feedback_event_id" if named else "")


def check_answer(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """It is clear which feedback is answered, and what is done about it."""
    draft: DepartmentFeedbackAcknowledged = order.draft
    yield from needed(draft.action, True, "action")
    if draft.action is not None:
        is_improved = draft.action is FeedbackAction.IMPROVEMENT
        yield from only_with(draft, "improvement_id", "action = IMPROVEMENT", holds=is_improved)
    named = order.draft.feedback_event_id
    if named is None and len(_own(order, case)) > 1:
        yield Fault("V-REQ", "feedback_id_needed", "feedback_event_id")
    if named is not None and named not in {one.event_id for one in case.followup.feedback}:
        yield Fault("V-REF", "not_found", "feedback_event_id", {"name": named})


def acknowledge_feedback(order: Order, case: Case, known: Known) -> DepartmentFeedbackAcknowledged:
    """The answer to feedback that is still open, by name or because it is the only one."""
    draft: DepartmentFeedbackAcknowledged = order.draft
    own = _own(order, case)
    if not own:
        raise Refused(Fault("S-GUARD", "no_open_feedback"))
    event_id = draft.feedback_event_id or own[0].event_id
    if event_id not in {one.event_id for one in own}:
        raise Refused(Fault("S-GUARD", "feedback_answered", "feedback_event_id"))
    return msgspec.structs.replace(draft, feedback_event_id=event_id)


def _unanswered(case: Case) -> list[Feedback]:
    return [one for one in case.followup.feedback if one.acknowledged_at is None]


def _own(order: Order, case: Case) -> list[Feedback]:
    """What the department of the actor has not answered; all departments for what our machinery enters."""
    is_department = order.actor.role is Role.DEPT
    return [one for one in _unanswered(case) if not is_department or one.department is order.actor.staff.dept]
