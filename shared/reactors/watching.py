"""What is sent when a clock runs out or rises (B-19): the same for every aggregate that has clocks. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from shared.clocks.clock import Clock
from shared.clocks.escalation import Coming
from shared.events.policy import EscalationStep
from shared.events.vocabulary import Addressee, ClockName
from shared.reactors.policy import Consequence

GRACE = timedelta(seconds=1)
"""Sent a little later than due, so that no machine's clock is still before the due time when it is judged."""


class Recording(Struct, frozen=True):
    """The commands that record a breach and a rise, and the service that owns them."""

    service: str
    breach: str
    rise: str


def breach_of(key: str, aggregate_id: str, clock: Clock, by: Recording) -> Consequence:
    """The breach of a clock, recorded with its true due time."""
    named = {"clock": clock.name.value, **({"part": clock.part} if clock.part else {})}
    due_at = clock.due_at.isoformat()
    return Consequence(
        key=key,
        # The version is part of what is sent: a rebase that leaves the due time alone asks for another command.
        essence=f"{due_at}:{clock.policy_version}",
        service=by.service,
        command=by.breach,
        aggregate_id=aggregate_id,
        body={**named, "due_at": due_at, "policy_version": clock.policy_version},
        not_before=clock.due_at + GRACE,
    )


def rise_of(
    key: str, aggregate_id: str, coming: Coming, run: tuple[ClockName, str], to: Sequence[str], by: Recording
) -> Consequence:
    """The rise of a run, of a clock and its part, to a level."""
    clock, part = run
    body = {"clock": clock.value, "level": coming.level, "trigger": str(coming.trigger)}
    return Consequence(
        key=key,
        # The time is part of what is sent: a level that comes at another time is asked for anew.
        essence=f"{coming.level}:{coming.trigger}:{coming.at.isoformat()}",
        service=by.service,
        command=by.rise,
        aggregate_id=aggregate_id,
        body={**body, **({"part": part} if part else {}), "to": list(to)},
        not_before=coming.at + GRACE,
    )


def told(level: int, steps: Sequence[EscalationStep], owner: str) -> list[str]:
    """Whom the policy names for a level: roles, departments, and the owner by name. Supervisors if it names nobody."""
    named = next((step.to for step in steps if step.level == level), None) or [Addressee.SUPERVISOR]
    return list(dict.fromkeys(owner if one is Addressee.OWNER else one.value for one in named))
