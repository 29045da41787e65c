"""Whether a process lives and can serve, with the reasons when not; an answer comes in time whatever hangs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from msgspec import Struct

from shared.runtime.loop_lag import LoopLag
from shared.texts.catalogue import Sentence, sentence

PATIENCE = 2.0
"""Seconds that one server has for its answer."""


class Reason(Struct, frozen=True):
    """What keeps a process from living or serving: a code for programs, a sentence for people."""

    code: str
    zh: str
    en: str


class Live(Struct, frozen=True):
    """Whether the process does its work; a loop that stands still does not answer at all. `loop_lag_seconds`: the
    worst of the last ten seconds."""

    live: bool
    loop_lag_seconds: float
    reasons: list[Reason]


class Ready(Struct, frozen=True):
    """Whether the process can serve now."""

    ready: bool
    reasons: list[Reason]


Check = Callable[[], Awaitable[Sequence[Reason]]]
"""Raises nothing that a server which is away can cause."""


def reason(code: str, **values: Any) -> Reason:
    """A reason in the words of the catalogue."""
    words = sentence("health", code).filled(values)
    return Reason(code, words.zh, words.en)


def away(words: Sentence) -> Reason:
    """A server of ours that is being started again."""
    return Reason("server_away", words.zh, words.en)


class Bounded[T]:
    """One question at a time. It is not cancelled when its answer is late: that could hang as well."""

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float = PATIENCE) -> None:
        self._ask = ask
        self._seconds = seconds
        self._asked: asyncio.Task[T] | None = None

    async def answer(self) -> T | None:
        """The answer, None when it did not come in time. Raises: what the question raises."""
        asked = self._asked
        if asked is None or asked.done():
            asked = self._asked = asyncio.create_task(self._answered())
            asked.add_done_callback(_seen)
        await asyncio.wait((asked,), timeout=self._seconds)
        return asked.result() if asked.done() else None

    async def _answered(self) -> T:
        return await self._ask()


def _seen(task: asyncio.Task[Any]) -> None:
    """Nobody may be left who waits for it."""
    if not task.cancelled():
        task.exception()


class Health:
    """What is known of one process. `is_starting` until everything that it serves stands."""

    def __init__(self) -> None:
        self.lag = LoopLag()
        self.is_starting = True
        self._checks: list[tuple[Bounded[Sequence[Reason]], str | None]] = []
        self._tasks: list[asyncio.Task[Any]] = []

    def check(self, check: Check, silent: str | None = None) -> None:
        """Ask this too before saying ready; `silent` is the code for no answer in time."""
        self._checks.append((Bounded(check), silent))

    def lives_by(self, task: asyncio.Task[Any]) -> None:
        """Without this task the process is of no use."""
        self._tasks.append(task)

    async def ready(self) -> Ready:
        """Whether it can serve now."""
        found = await asyncio.gather(*(self._asked(*one) for one in self._checks))
        reasons = [reason("starting")] if self.is_starting else []
        reasons += [*self._ended(), *(one for part in found for one in part)]
        return Ready(not reasons, list(dict.fromkeys(reasons)))

    async def _asked(self, check: Bounded[Sequence[Reason]], silent: str | None) -> Sequence[Reason]:
        found = await check.answer()
        if found is None:
            return [] if silent is None else [reason(silent)]
        return found

    def live(self) -> Live:
        """Whether it does its work."""
        ended = self._ended()
        return Live(not ended, round(self.lag.worst, 4), ended)

    def _ended(self) -> list[Reason]:
        return [reason("reader_ended", error=_cause(one)) for one in self._tasks if one.done()]


def _cause(task: asyncio.Task[Any]) -> str:
    error = None if task.cancelled() else task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return "" if error is None else type(error).__name__
