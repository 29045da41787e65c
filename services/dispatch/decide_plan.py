"""The rules of the plan: proposed from what was found, agreed to before any work, or refused (norm 2.3.2). Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.dispatch.decide_request import is_danger
from shared.case.state import Case, newest_plan
from shared.events.case.dispatch import PlanAgreed, PlanProposed, PlanRefused
from shared.events.vocabulary import CaseState, Charge
from shared.rules.acting import refuse, signed
from shared.rules.fields import filled, listed_once, needed, whole_pieces
from shared.rules.instants import not_ahead, not_before, to_come
from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Known, Order, Refused


def check_plan(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Numbered steps, a reason to leave an agreed plan, minutes of this case (R-2.3.2-b, R-2.2.1-c)."""
    draft: PlanProposed = order.draft
    yield from filled(draft, "steps")
    yield from listed_once([step.seq for step in draft.steps or ()], "steps[{}].seq")
    yield from whole_pieces(draft.parts_planned, "parts_planned")
    yield from needed(draft.differs_reason, case.state is CaseState.PLAN_AGREED, "differs_reason")
    held = {name for one in case.triage.consultations if one.held_at for name in (one.event_id, one.held_event_id)}
    if draft.consultation_ref is not None and draft.consultation_ref not in held:
        yield Fault("V-REF", "no_such_minutes", "consultation_ref", {"name": draft.consultation_ref})


def propose_plan(order: Order, case: Case, known: Known) -> PlanProposed:
    """The next version of the plan, once the problem was seen since the arrival."""
    draft: PlanProposed = order.draft
    if case.dispatch.problem_confirmed_at is None:
        raise Refused(Fault("S-GUARD", "confirm_problem_first"))
    newest = newest_plan(case)
    return msgspec.structs.replace(draft, plan_version=newest.version + 1 if newest is not None else 1)


def check_agreement(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Nobody signs in the future, nor before there was a plan; a date agreed for the resolution lies ahead."""
    yield from _signature_time(order, case)
    yield from to_come(order, "agreed_until")


def check_refusal(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A signature under a refusal obeys the same times."""
    yield from _signature_time(order, case)


def _signature_time(order: Order, case: Case) -> Iterator[Fault]:
    yield from not_ahead(order, "signature.signed_at")
    signature, plan = order.draft.signature, newest_plan(case)
    if signature is not None and plan is not None and plan.version == order.draft.plan_version:
        yield from not_before(signature.signed_at, plan.proposed_at, "signature.signed_at", "before_plan", TOLERANCE)


def agree_plan(order: Order, case: Case, known: Known) -> PlanAgreed:
    """The customer agrees to the newest version, signed in or by signature, before any work (R-2.3.2-c).

    What costs something needs an accepted quotation first (B-05). So does what is still PENDING: a quotation is issued
    for everything that is not FREE, and work that turned out to cost something could not be quoted before it was done.
    A danger waits for no quotation. A plan of an earlier visit holds once the problem was seen again.
    """
    draft: PlanAgreed = order.draft
    refuse(_is_proposed(case), _is_seen(case), signed(order), _paid_for(case, order.at))
    refuse(is_newest(draft.plan_version, case))
    return draft


def _is_proposed(case: Case) -> Iterator[Fault]:
    if newest_plan(case) is None:
        yield Fault("S-GUARD", "no_plan_yet", "plan_version")


def _is_seen(case: Case) -> Iterator[Fault]:
    if newest_plan(case) is not None and case.dispatch.problem_confirmed_at is None:
        yield Fault("S-GUARD", "confirm_problem_first")


def _paid_for(case: Case, at: datetime) -> Iterator[Fault]:
    """The customer accepted a price that still holds."""
    plan = newest_plan(case)
    if plan is None or plan.charge is Charge.FREE or is_danger(case):
        return
    if any(one.is_accepted and one.valid_until >= at for one in case.triage.quotations):
        return
    if plan.charge is Charge.PENDING:
        yield Fault("S-GUARD", "charge_first", "plan_version")
    else:
        yield Fault("S-GUARD", "quotation_first", "plan_version")


def is_newest(version: int, case: Case) -> Iterator[Fault]:
    """The version that the command names is the plan that counts."""
    plan = newest_plan(case)
    if plan is not None and plan.version != version:
        yield Fault("C-VER", "other_plan_version", "plan_version", {"current": plan.version, "given": version})


def refuse_plan(order: Order, case: Case, known: Known) -> PlanRefused:
    """The customer does not want the newest version; the reason and the name stand for a signature."""
    draft: PlanRefused = order.draft
    refuse(_is_proposed(case))
    refuse(is_newest(draft.plan_version, case))
    return draft
