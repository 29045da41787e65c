"""How the facts of analysis change a case."""

from msgspec.structs import replace

from shared.case.facts.analytics import AnalyticsFacts
from shared.events.catalogue import AnalyticsEvent
from shared.events.envelope import Meta


def fold(facts: AnalyticsFacts, event: AnalyticsEvent, meta: Meta) -> AnalyticsFacts:
    """Never refuses: history is true even where today's rules differ."""
    return replace(facts, audit_notes=(*facts.audit_notes, meta.event_id))
