"""The one tick: under the leader lock it lets every reactor catch up and sends what is due."""

import asyncio
from typing import Protocol

import psycopg
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from shared.reactors.leader import Leader
from shared.reactors.runner import Moved, ReactorRunners
from shared.store.port import StoreUnavailable

TICK = 5.0
"""Seconds between two ticks."""
_log = structlog.get_logger(__name__)


class Sends(Protocol):
    """What a tick works off."""

    async def send_due(self) -> int:
        """Send what is due now; how many were tried."""
        ...


class Timer:
    """Ticks while it runs; two ticks never overlap, a missed one is not made up for."""

    def __init__(self, leader: Leader, reactors: ReactorRunners, sender: Sends, *, seconds: float = TICK) -> None:
        self._leader = leader
        self._reactors = reactors
        self._sender = sender
        self._scheduler = AsyncIOScheduler(
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self._guarded, "interval", seconds=seconds, id="tick")
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Let every reactor know where it begins, before anything happens that it might miss."""
        await self._reactors.begin()

    def start(self) -> None:
        """Begin ticking in the running loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Cut a tick off, wait until what it must not leave half done is done, and give up the lead."""
        self._scheduler.shutdown(wait=False)
        async with self._turn:
            await self._leader.resign()

    async def tick(self) -> bool:
        """One tick; whether this process leads. What is sent may bring about more that is due already: that too."""
        async with self._turn:
            while await self._leader.leads():
                await self._reactors.catch_up()
                if not await self._sender.send_due():
                    return True
            return False

    async def _guarded(self) -> None:
        try:
            await self.tick()
        except* (Moved, StoreUnavailable, psycopg.Error, TimeoutError) as errors:
            _log.warning("tick failed, the next one tries again", error=type(errors.exceptions[0]).__name__)
