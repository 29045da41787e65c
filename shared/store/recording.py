"""What is recorded with an event: who did it in which role, when, on which grounds, and after which event."""

from collections.abc import Mapping
from typing import Any

from shared.case.lifecycle import transition
from shared.case.state import Case
from shared.events.envelope import Meta, Origin, event_id
from shared.events.upcast import schema_of
from shared.store.admission import Work
from shared.store.cache import Folded
from shared.store.decider import Decision
from shared.store.order import Order


def meta_of(work: Work, folded: Folded, decision: Decision, seen: Mapping[str, int], late_reason: str | None) -> Meta:
    """The envelope of the next event of an aggregate; `late_reason` as it may be stored."""
    request, order, name = work.request, decision.order, work.command.event.__name__
    return Meta(
        version=folded.head.version + 1,
        type=name,
        schema=schema_of(name),
        event_id=event_id(work.subject, request.command_id),
        command_id=request.command_id,
        command_hash=work.hash,
        correlation_id=request.correlation_id or request.command_id,
        causation_id=request.causation_id,
        actor=order.actor.user,
        actor_role=order.actor.role,
        on_behalf_of=order.on_behalf_of,
        occurred_at=order.at,
        recorded_at=work.now,
        cycle=_cycle(folded.state, name, decision.event),
        source_device=decision.circumstances.source_device,
        late_reason=late_reason,
        import_batch=order.import_batch,
        origin=_origin(order),
        seen=dict(seen),
        traceparent=request.traceparent,
        prev=folded.head.hash,
    )


def _cycle(state: Any, event_type: str, event: Any) -> int:
    """The cycle of a case that an event belongs to."""
    if not isinstance(state, Case):
        return 1
    row = transition(event_type, state.state, event)
    return state.cycle + 1 if row is not None and row.begins_cycle else state.cycle


def _origin(order: Order) -> Origin:
    if order.import_batch is not None:
        return "import"
    return "sample" if "sample" in order.actor.rights else "live"
