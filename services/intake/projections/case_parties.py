"""case_parties: who takes part in each case, for those who see only cases of their own.

A party is `user:<name>` for somebody who acted in the case or was sent, `sales:<name>` for the salesperson whom the
report came through, `dept:<code>` for a department that was told or asked, and `role:<role>` for all who hold it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from shared.events.catalogue import BY_KIND
from shared.events.envelope import Meta, Recorded, person_of_record
from shared.events.vocabulary import Department, Role, ServiceMode, TransferKind
from shared.projections.projection import Projection
from shared.projections.reference import Reference

_SEE_THEIR_OWN = frozenset({Role.TECHNICIAN, Role.SALES, Role.DEPT})
"""Roles that see only what they take part in; who acts in another role sees every case anyway, or none."""
_NAMED = ("technicians", "people", "our_people", "to_person", "trainer")
"""Fields that name those who do the work."""
_FIELD = re.compile(rf"(?:{'|'.join((*_NAMED, 'relayed_by'))})(?:\[\d+\])?|participants\[\d+\]\.person_id")


class CaseParty(Struct, frozen=True):
    """That somebody takes part in a case, by the newest event that says so."""

    aggregate_id: str
    version: int
    sequence: int
    party: str


def apply(current: None, recorded: Recorded, event: Any, reference: Reference) -> Sequence[CaseParty]:
    """Who acts in an event or is named by it."""
    parties = dict.fromkeys((*_acting(recorded.meta), *_named(recorded.meta.type, event)))
    where = (recorded.aggregate_id, recorded.meta.version, recorded.sequence)
    return tuple(CaseParty(*where, party) for party in parties)


def _acting(meta: Meta) -> Iterator[str]:
    if meta.import_batch is None and meta.actor_role not in _SEE_THEIR_OWN:
        return
    yield f"user:{person_of_record(meta)}"
    if meta.type == "FeedbackReceived" and meta.actor_role == Role.SALES:
        yield f"sales:{person_of_record(meta)}"


def _named(type: str, event: Any) -> Iterator[str]:
    for name in _NAMED:
        yield from _users(getattr(event, name, None))
    yield from (f"dept:{dept}" for dept in departments_told(type, event))
    match type:
        case "FeedbackReceived" if event.relayed_by is not None:
            yield from (f"user:{event.relayed_by}", f"sales:{event.relayed_by}")
        case "RecordCorrected" if _FIELD.fullmatch(event.field_path):
            # Whoever was named by mistake stays: he has acted on it or been told.
            yield from _users(event.new_value)
            if event.field_path == "relayed_by" and event.new_value is not None:
                yield f"sales:{event.new_value}"
        case "Escalated":
            yield from _addressed(event.to)
        case "ConsultationHeld":
            yield from (f"user:{one.person_id}" for one in event.participants)
        case "OnsiteRequested" if event.service_mode is ServiceMode.RETURN:
            # Whoever works in our shop counts as sent.
            yield f"role:{Role.TECHNICIAN}"
        case "CaseTransferred" if event.kind is TransferKind.OTHER_DEPT:
            # Where it went is free text, and whoever got it by mistake returns it.
            yield f"role:{Role.DEPT}"


def _addressed(to: Sequence[str]) -> Iterator[str]:
    """Departments and people who were told; whoever holds a role that may be told sees every case anyway."""
    for name in to:
        if name in Department:
            yield f"dept:{name}"
        elif name not in Role:
            yield f"user:{name}"


def _users(named: str | Sequence[str] | None) -> Iterator[str]:
    yield from (f"user:{user}" for user in ((named,) if isinstance(named, str) else named or ()))


def departments_told(type: str, event: Any) -> tuple[Department, ...]:
    """The departments that an event was sent to."""
    match type:
        case "DepartmentFeedbackSent":
            return (event.to_department,)
        case "ConsultationRequested":
            return tuple(event.departments)
        case "SparesReserved" | "SparesIssued":
            return (Department.STORE,)
    return ()


CASE_PARTIES = Projection(
    name="case_parties",
    version=2,
    kinds=frozenset({"case"}),
    handles=frozenset(event.__name__ for event in BY_KIND["case"]),
    row=CaseParty,
    key=("aggregate_id", "party"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    party text not null)""",
    indexes=("create index on {table} (party, aggregate_id)",),
    apply=apply,
    module=__name__,
)
