"""How the facts of time change a case."""

from typing import assert_never

from msgspec.structs import replace

from shared.case.state import Breach, FollowupFacts
from shared.events.case.followup import SlaBreached
from shared.events.envelope import Meta

FollowupEvent = SlaBreached


def fold(facts: FollowupFacts, event: FollowupEvent, meta: Meta) -> FollowupFacts:
    """Never refuses: history is true even where today's rules differ."""
    match event:
        case SlaBreached():
            return replace(facts, breaches=(*facts.breaches, Breach(event.clock, event.due_at, meta.cycle)))
        case _:
            assert_never(event)
