"""Asks once for what several ask for at the same time: a statement of fifty costs little more than one of one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping


class _Portion[Asked, Found]:
    """What is asked for together, and the one answer."""

    __slots__ = ("answer", "asked")

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}
        self.answer: asyncio.Task[Mapping[str, Found]] | None = None


class Together[Asked, Found]:
    """While one portion is under way, the next one gathers. Whatever `ask` raises, everyone of its portion gets."""

    def __init__(self, ask: Callable[[Mapping[str, Asked]], Awaitable[Mapping[str, Found]]]) -> None:
        self._ask = ask
        self._turn = asyncio.Lock()
        self._gathering: _Portion[Asked, Found] | None = None

    async def of(self, wanted: Mapping[str, Asked]) -> dict[str, Found]:
        """What was found of this; of one key that several ask for, the first one's value counts."""
        portion = self._gathering
        if portion is None or portion.answer is None:
            portion = self._gathering = _Portion()
            portion.answer = asyncio.create_task(self._answered(portion))
        portion.asked = {**wanted, **portion.asked}
        found = await asyncio.shield(portion.answer)
        return {key: found[key] for key in wanted if key in found}

    async def _answered(self, portion: _Portion[Asked, Found]) -> Mapping[str, Found]:
        async with self._turn:
            self._gathering = None
            return await self._ask(portion.asked)
