"""Facts of time: clocks paused and resumed, the policy changed, a case raised to the next level (B-19)."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import SET_BY_SERVICE, FileRef, Instant, Note, Positive, Short
from shared.events.vocabulary import ClockName, EscalationTrigger, PauseReason

Level = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 4})]


class SlaPaused(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """These clocks stand still for a reason on the customer's side, with what proves it."""

    clocks: list[ClockName]
    reason: PauseReason
    evidence_ref: FileRef
    expected_until: Instant


class SlaResumed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """These clocks run again, or all that stood still."""

    clocks: list[ClockName] = []
    cause: Note


class PreviousPolicy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The versions that counted before."""

    policy_version: int
    calendar_version: str


class PolicyRebased(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The case is measured by these versions from now on, from its original start."""

    policy_version: Positive
    calendar_version: Short
    reason: Note
    previous: Annotated[PreviousPolicy | None, SET_BY_SERVICE] = None


class Escalated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody higher was told about a clock, for this reason; `to` names roles, departments or people.

    `part` tells the runs of one clock apart, for example the call-back points.
    """

    clock: ClockName
    part: Annotated[str, Meta(extra_json_schema={"maxLength": 64})] = ""
    level: Level
    trigger: EscalationTrigger
    to: list[Short]


class EscalationAcknowledged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who was told has taken it up."""

    clock: ClockName
    level: Level
