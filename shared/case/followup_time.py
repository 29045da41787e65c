"""How the facts of time change a case: clocks that stood still, ran out, and were raised to the next level."""

from collections.abc import Collection
from typing import assert_never

from msgspec.structs import replace

from shared.case.facts.followup import Breach, Escalation, FollowupFacts, Pause
from shared.events.case.clocks import Escalated, EscalationAcknowledged, SlaPaused, SlaResumed
from shared.events.case.followup import SlaBreached
from shared.events.envelope import Meta, person_of_record
from shared.events.vocabulary import ClockName

Timed = SlaPaused | SlaResumed | SlaBreached | Escalated | EscalationAcknowledged


def timed(facts: FollowupFacts, event: Timed, meta: Meta) -> FollowupFacts:
    """The facts of time after one more event about them."""
    match event:
        case SlaPaused():
            begun = (
                Pause(clock, event.reason, meta.occurred_at, meta.event_id, event.expected_until, meta.cycle)
                for clock in event.clocks
            )
            return replace(facts, pauses=(*facts.pauses, *begun))
        case SlaResumed():
            return replace(facts, pauses=resumed(facts.pauses, meta, event.clocks))
        case SlaBreached():
            return replace(facts, breaches=(*facts.breaches, Breach(event.clock, event.due_at, meta.cycle, event.part)))
        case Escalated():
            told = (event.trigger, tuple(event.to), meta.occurred_at, meta.cycle)
            raised = Escalation(event.clock, event.level, *told, part=event.part)
            return replace(facts, escalations=(*facts.escalations, raised))
        case EscalationAcknowledged():
            return replace(facts, escalations=taken_up(facts.escalations, event, meta))
        case _:
            assert_never(event)


def resumed(pauses: tuple[Pause, ...], meta: Meta, clocks: Collection[ClockName] = ()) -> tuple[Pause, ...]:
    """These clocks run again, without names all that stood still."""
    return tuple(
        replace(one, to=meta.occurred_at, ended_by=meta.event_id)
        if one.to is None and (not clocks or one.clock in clocks)
        else one
        for one in pauses
    )


def taken_up(escalations: tuple[Escalation, ...], event: EscalationAcknowledged, meta: Meta) -> tuple[Escalation, ...]:
    """Somebody has taken up what was raised to this level and waits."""
    return tuple(
        replace(one, acknowledged_at=meta.occurred_at, acknowledged_by=person_of_record(meta))
        if (one.clock, one.level) == (event.clock, event.level) and one.acknowledged_at is None
        else one
        for one in escalations
    )
