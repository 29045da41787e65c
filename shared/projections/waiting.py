"""Which levels that a case was raised to wait for somebody: not taken up, and the matter is not over. Pure."""

from shared.case.facts.followup import Escalation
from shared.case.lifecycle import ENDS
from shared.case.state import Case
from shared.events.vocabulary import EscalationTrigger
from shared.projections.standing import Standing

_BY_TIME = frozenset({EscalationTrigger.PERCENT, EscalationTrigger.NOT_ACKNOWLEDGED})


def waits(standing: Standing, one: Escalation) -> bool:
    """Whether a level still waits. What time raised is over with its clock, any other reason with the solution."""
    case: Case = standing.state
    if one.acknowledged_at is not None or one.cycle != case.cycle or case.state in ENDS:
        return False
    runs = {(line.clock.name, line.clock.part): line.clock.stopped_at is None for line, _ in standing.clocks}
    run = (one.clock, one.part)
    if one.trigger in _BY_TIME and run in runs:
        return runs[run]
    return case.dispatch.verification is None


def level_of(standing: Standing) -> int:
    """The highest level that the case was raised to in this cycle, 0 for none."""
    case: Case = standing.state
    return max((one.level for one in case.followup.escalations if one.cycle == case.cycle), default=0)


def waiting_level(standing: Standing) -> int:
    """The highest level that waits for somebody, 0 for none."""
    case: Case = standing.state
    return max((one.level for one in case.followup.escalations if waits(standing, one)), default=0)
