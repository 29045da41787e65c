"""Sends requests over NATS by so many writers at once and takes the time of each; the same for us and for bare."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from tests.bench.measure import Burst, cpu_of

Send = Callable[[int], Awaitable[None]]
"""Sends the n-th request and returns when it is answered. Raises: AssertionError when it was refused."""


async def burst(send: Send, numbers: Sequence[int], writers: int, workers: Sequence[int]) -> Burst:
    """One stretch; `workers` are the processes whose CPU counts."""
    waiting, each = iter(numbers), list[float]()

    async def write() -> None:
        for number in waiting:
            began = perf_counter()
            await send(number)
            each.append(perf_counter() - began)

    used, began = cpu_of(workers), perf_counter()
    await asyncio.gather(*(write() for _ in range(writers)))
    return Burst(each, perf_counter() - began, cpu_of(workers) - used)
