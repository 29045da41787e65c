"""Which target of the policy a run is measured by: by urgency, distance of the site, and who has the mould. Pure."""

from shared.case.clock_table import AGAIN
from shared.case.facts.timing import Run, Terms
from shared.events.policy import SlaContent, Target
from shared.events.vocabulary import ClockName, TargetName, Zone

HOUR = 3600
DAYS = 24
"""Targets in calendar days are written in hours too: so many to a day."""


def target_of(policy: SlaContent, run: Run, terms: Terms) -> Target | None:
    """The target that counts, None when the policy sets none: then nothing is due.

    A mould at our factory has targets of its own for RESOLUTION, where the policy gives some. The first stage of a
    call-back is due by its appointment; the target of CALLBACK is for its second.
    """
    if run.clock is ClockName.CALLBACK and AGAIN not in run.part:
        return None
    if run.clock is ClockName.RESOLUTION and terms.is_return:
        at_factory = policy.targets.get(TargetName.RETURN, {}).get(terms.urgency)
        if at_factory is not None:
            return at_factory
    return policy.targets.get(TargetName(run.clock), {}).get(terms.urgency)


def seconds_of(target: Target, zone: Zone | None) -> int | None:
    """How long a run may take, in seconds of the target's base; None overseas where zones are told apart without it."""
    if zone is Zone.OVERSEAS and target.zones and zone not in target.zones:
        return None
    hours = target.zones.get(zone, target.hours) if zone is not None else target.hours
    return round(hours * HOUR)
