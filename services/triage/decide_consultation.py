"""The rules of consultation. Pure: who is asked, who came, and what the minutes must hold (norm 2.2.1)."""

from collections.abc import Iterator

from shared.case.state import Case
from shared.events.case.triage import ConsultationHeld, ConsultationRequested, Participant
from shared.masters.staff import Staff
from shared.rules.acting import our_people, refuse
from shared.rules.fields import filled, listed_once, or_none
from shared.rules.guards import acknowledged_if_urgent
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order, Refused


def check_request(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """At least one department, each once, and an answer wanted later than now (R-2.2.1-a)."""
    draft: ConsultationRequested = order.draft
    yield from filled(draft, "departments")
    yield from listed_once(draft.departments or [], "departments[{}]")
    if draft.needed_by is not None and draft.needed_by <= order.at:
        yield Fault("V-TIME", "not_after", "needed_by", {"other": "at"})


def request_consultation(order: Order, case: Case, known: Known) -> ConsultationRequested:
    """Engineers are asked to look at the problem together."""
    refuse(acknowledged_if_urgent(case))
    draft: ConsultationRequested = order.draft
    return draft


def check_minutes(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Two people of two departments at least; a cause, a solution, and resources or none (R-2.2.1-b)."""
    draft: ConsultationHeld = order.draft
    yield from _participants(draft.participants, known)
    yield from filled(draft, "causes", "solutions")
    yield from or_none(draft, "resources")
    yield from not_ahead(order, "held_at")
    asked = [one.requested_at for one in case.triage.consultations if one.held_at is None]
    if draft.held_at is not None and asked and draft.held_at < min(asked):
        yield Fault("V-TIME", "before", "held_at", {"other": "requested_at"})


def _participants(participants: list[Participant] | None, known: Known) -> Iterator[Fault]:
    if participants is None:
        return
    people = [one.person_id for one in participants]
    yield from listed_once(people, "participants[{}].person_id")
    yield from our_people(known, people, "participants[{}].person_id")
    for index, one in enumerate(participants):
        person = known.get("staff", one.person_id)
        if isinstance(person, Staff) and person.dept not in (None, one.dept):
            yield Fault("V-REF", "other_department", f"participants[{index}].dept", {"name": one.person_id})
    if len(set(people)) < 2:
        yield Fault("V-REQ", "two_people_needed", "participants")
    elif len({one.dept for one in participants}) < 2:
        yield Fault("V-REQ", "two_departments_needed", "participants")


def hold_consultation(order: Order, case: Case, known: Known) -> ConsultationHeld:
    """The minutes of what was asked for and not held yet."""
    if all(one.held_at is not None for one in case.triage.consultations):
        raise Refused(Fault("S-GUARD", "no_open_consultation"))
    draft: ConsultationHeld = order.draft
    return draft
