"""The reactors of the month, in memory: the same policies and the same tick as in a running product, under the
clock of the month."""

import heapq
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from msgspec.structs import replace

from shared.events.catalogue import decode
from shared.events.envelope import Recorded, subject_of
from shared.masters.aggregates import AGGREGATES
from shared.reactors.handover import Intended
from shared.reactors.policy import Consequence, Policy, Reaction, Withdrawal
from shared.reactors.sender import Outcome, Verdict
from shared.reactors.timer import TICK
from shared.store.order import Known

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_log = structlog.get_logger(__name__)


def tick_after(instant: datetime) -> datetime:
    """The first tick that is not before this instant."""
    ticks = -((_EPOCH - instant) // timedelta(seconds=TICK))
    return _EPOCH + ticks * timedelta(seconds=TICK)


class Reactors:
    """Folds what happens, lets policies react to it, and keeps what they intend, by key and by time."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self._policies = policies
        self._states: dict[str, Any] = {}
        self._due: list[tuple[datetime, datetime, str, str]] = []
        self.intentions: dict[str, Intended] = {}
        self.position = 0

    def see(self, recorded: Recorded) -> None:
        """Take one event: the state after it, then what follows."""
        event, subject, kind = decode(recorded), recorded.subject, recorded.kind
        before = self._states.get(subject, AGGREGATES[kind].initial)
        state = self._states[subject] = AGGREGATES[kind].fold(before, event, recorded.meta)
        self.position = max(self.position, recorded.sequence)
        for policy in self._policies:
            if policy.reads(recorded):
                self._react(policy, recorded, event, state)

    def _react(self, policy: Policy, recorded: Recorded, event: Any, state: Any) -> None:
        found = {
            f"{one.kind}.{one.name}": self._states[subject]
            for one in policy.consults(event, state)
            if (subject := subject_of(one.kind, one.name)) in self._states
        }
        try:
            for reaction in policy.react(recorded, event, state, Known(found)):
                self._take(policy.name, recorded, reaction)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            _log.error("reaction failed", reactor=policy.name, type=recorded.meta.type, error=type(error).__name__)

    def _take(self, reactor: str, recorded: Recorded, reaction: Reaction) -> None:
        standing = self.intentions.get(reaction.key)
        match reaction:
            case Withdrawal():
                if standing is not None and standing.state == "pending":
                    self.intentions[reaction.key] = replace(standing, state="withdrawn")
            case Consequence():
                if (
                    standing is None
                    or standing.wanted.command_id != reaction.command_id
                    or standing.state == "withdrawn"
                ):
                    self.intentions[reaction.key] = Intended(reactor, recorded, reaction)
                    self._plan(reaction, reaction.not_before or recorded.meta.recorded_at, recorded.meta.recorded_at)

    def _plan(self, wanted: Consequence, not_before: datetime, now: datetime) -> None:
        place = (tick_after(max(not_before, now)), not_before, wanted.key, wanted.command_id)
        heapq.heappush(self._due, place)

    def next_at(self) -> datetime | None:
        """When the next intention is due, None when there is none."""
        while self._due and not self._is_pending(self._due[0]):
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def _is_pending(self, place: tuple[datetime, datetime, str, str]) -> bool:
        standing = self.intentions[place[2]]
        return standing.state == "pending" and standing.wanted.command_id == place[3]

    def pop(self) -> Intended:
        """The intention that is due next. Raises: IndexError when there is none."""
        self.next_at()
        return self.intentions[heapq.heappop(self._due)[2]]

    def settle(self, intended: Intended, verdict: Verdict, now: datetime) -> None:
        """Note how sending ended; what is to be tried again stays pending."""
        key = intended.wanted.key
        if verdict.outcome is Outcome.PENDING:
            self._plan(intended.wanted, verdict.not_before or now, now)
        elif self.intentions[key].wanted.command_id == intended.wanted.command_id:
            self.intentions[key] = replace(intended, state=verdict.outcome.value, error=verdict.error)
