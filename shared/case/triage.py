"""How triage's facts change a case."""

from typing import Any

import msgspec

from shared.case.state import IntakeFacts, TriageFacts
from shared.events.case.triage import Classified
from shared.events.envelope import Meta

TriageEvent = Classified


def fold(facts: TriageFacts, event: TriageEvent, meta: Meta) -> TriageFacts:
    """Never refuses: history is true even where today's rules differ."""
    return TriageFacts(
        urgency=event.urgency,
        problem_type=event.problem_type,
        fault_code=event.fault_code,
        cause_code=event.cause_code,
        classified_at=meta.occurred_at,
    )


def completed(facts: IntakeFacts, event: TriageEvent) -> IntakeFacts:
    """The report with what classifying filled in: scope, kind of mould and mould, while they were unknown."""
    given: dict[str, Any] = {
        name: value for name in ("scope", "mould_kind", "mould_id") if (value := getattr(event, name)) is not None
    }
    if facts.report is None or not given:
        return facts
    return msgspec.structs.replace(facts, report=msgspec.structs.replace(facts.report, **given))
