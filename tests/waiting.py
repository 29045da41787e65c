"""Waiting for a condition, bounded; never for a time."""

import asyncio
from collections.abc import Awaitable, Callable


async def until[T](ask: Callable[[], Awaitable[T]], *, seconds: float = 20.0, step: float = 0.01) -> T:
    """The first true answer. Raises: AssertionError when none came in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (answer := await ask()):
        assert loop.time() < deadline, f"still {answer!r} after {seconds} s"
        await asyncio.sleep(step)
    return answer
