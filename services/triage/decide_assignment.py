"""The rules of judging anew and of who answers for a case. Pure (R-2.1.3-d, B-18)."""

from collections.abc import Iterator

import msgspec

from services.triage.decide import judged
from shared.case.state import Case, urgency_of
from shared.events.case.triage import CaseReassigned, PreviousJudgement, Reclassified
from shared.events.vocabulary import Role, Urgency
from shared.masters.staff import Staff
from shared.rules.acting import our_people, refuse
from shared.store.order import Fault, Known, Order, Refused

_BY_URGENCY = tuple(Urgency)


def may_reclassify(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Lowering the urgency is a supervisor's (R-2.1.3-d)."""
    draft: Reclassified = order.draft
    if draft.urgency is None or case.triage.urgency is None or order.actor.role is not Role.SPECIALIST:
        return
    if _BY_URGENCY.index(draft.urgency) > _BY_URGENCY.index(urgency_of(case)):
        yield Fault("A-ROLE", "lowered_by_supervisor", "urgency")


def reclassify(order: Order, case: Case, known: Known) -> Reclassified:
    """The judgement as it is now, with what counted before."""
    draft: Reclassified = order.draft
    previous = PreviousJudgement(
        urgency=urgency_of(case),
        problem_type=case.triage.problem_type,
        fault_code=case.triage.fault_code,
        cause_code=case.triage.cause_code,
    )
    return msgspec.structs.replace(judged(draft, order, case, known), previous=previous)


def check_assignment(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """From one of our people to another one."""
    draft: CaseReassigned = order.draft
    if draft.to_person is None:
        return
    yield from our_people(known, [draft.to_person], "to_person")
    if draft.from_person == draft.to_person:
        yield Fault("V-DUP", "listed_twice", "to_person", {"name": draft.to_person})


def reassign_case(order: Order, case: Case, known: Known) -> CaseReassigned:
    """The new owner can act; the old one is whoever answers for the case now."""
    draft: CaseReassigned = order.draft
    refuse(_able(draft, known))
    if draft.from_person != case.intake.owner:
        raise Refused(Fault("C-VER", "owner_is_another", "from_person", {"name": case.intake.owner}))
    return draft


def _able(draft: CaseReassigned, known: Known) -> Iterator[Fault]:
    person = known.get("staff", draft.to_person)
    if not (isinstance(person, Staff) and person.is_active and {Role.SPECIALIST, Role.SUPERVISOR} & person.roles):
        yield Fault("S-GUARD", "owner_cannot_act", "to_person", {"name": draft.to_person})
