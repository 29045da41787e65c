"""Decides commands by the same rules on what stands now, and appends nothing: the way of a dry run."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from services.intake.commands import COMMANDS
from shared.events.envelope import Recorded
from shared.people.plan import builtins_of
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorVerifier
from shared.store.admission import Admission
from shared.store.cache import Aggregates
from shared.store.commands import Outgoing
from shared.store.gather import Evidence
from shared.store.handle import CommandHandler
from shared.store.port import NOTHING_YET, Draft, EventStore, Head
from shared.store.request import Answer, Request
from shared.store.sealing import Sealed


class _Unstored:
    """A log that is read as it is; what is appended is accepted and forgotten."""

    def __init__(self, log: EventStore) -> None:
        self._log = log

    async def load(self, subject: str, after: Head = NOTHING_YET, until: int = 0) -> list[Recorded]:
        return await self._log.load(subject, after, until)

    def of_kind(self, kind: str, after: int) -> AsyncIterator[list[Recorded]]:
        return self._log.of_kind(kind, after)

    async def head(self, subject: str) -> int:
        return await self._log.head(subject)

    async def append(self, draft: Draft, expected: int) -> int:
        return max(expected, 1)

    async def append_batch(self, drafts: Sequence[Draft], expected: Sequence[int]) -> int:
        return max(*expected, 1)

    async def last(self) -> int:
        return await self._log.last()

    async def make_sure_of_all(self) -> None:
        await self._log.make_sure_of_all()

    def read(self, after: int, *, follow: bool = False) -> AsyncIterator[list[Recorded]]:
        return self._log.read(after, follow=follow)


class _Unsealed:
    """Makes no keys: what is not stored needs none."""

    async def seal_for(self, subject: str, event: Any, state: Any, late_reason: str | None) -> Sealed:
        return Sealed(builtins_of(event), late_reason)

    async def open_fields(self, type: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Opens nothing: no command of a register looks back at texts."""
        return fields


class Rehearsal:
    """Answers commands as the service of the registers would, and leaves nothing behind."""

    def __init__(
        self, log: EventStore, evidence: Evidence, verifier: ActorVerifier, pepper: bytes, clock: Clock
    ) -> None:
        store = _Unstored(log)
        aggregates = Aggregates(store)
        admission = Admission(aggregates, {one.name: one for one in COMMANDS}, verifier, pepper)
        self._handler = CommandHandler(store, aggregates, admission, sealer=_Unsealed(), evidence=evidence, clock=clock)

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The answer that the service would give."""
        return await self._handler.handle(
            Request(
                order.command,
                order.aggregate_id,
                order.command_id,
                order.token,
                body,
                if_match=order.if_match,
                body_fault=order.body_fault,
            )
        )
