"""How late the event loop is: one task that sleeps and looks how much longer it slept."""

import asyncio
from collections import deque

from shared.runtime.measures import LOOP_LAG

EVERY = 0.25
"""Seconds between two looks."""
_LOOKS = 40
"""Looks that the worst is told of: ten seconds."""


class LoopLag:
    """Measures while `keep` runs."""

    def __init__(self) -> None:
        self._looks: deque[float] = deque([0.0], maxlen=_LOOKS)

    @property
    def worst(self) -> float:
        """The worst of the last ten seconds [s]."""
        return max(self._looks)

    async def keep(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            asked = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            late = max(0.0, loop.time() - asked)
            self._looks.append(late)
            LOOP_LAG.observe(late)
