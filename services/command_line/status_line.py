"""One line that keeps saying how things stand, for a person at a terminal."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import TextIO

import psycopg
from psycopg_pool import PoolTimeout

from services.command_line.output import TEXT_WIDTH, width_of
from services.command_line.tables import wrapped
from services.intake.stage import VIEWS
from shared.events.envelope import IntegrityError
from shared.projections.statements import Pool
from shared.store.port import EventStore, StoreUnavailable
from shared.texts.catalogue import Sentence

EVERY = 2.0
"""Seconds between two looks."""
_STANDING = f"""
select (select count(*) from read.open_cases c where {VIEWS["open"]}) as cases, coalesce(min(position), 0) as position
from projections.build where status = 'live'"""


class FillingLine:
    """How far the sample is: written over itself at a terminal, told once where nobody looks."""

    def __init__(self, out: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._now = now
        self._is_told = False
        self._start: tuple[float, int] | None = None

    def show(self, done: int, of: int) -> None:
        """So many commands of so many are done."""
        if self._out.isatty():
            share = f"{done * 100 // of} %" if of else ""
            self._write(f"\r\x1b[K正在填充示例数据 / filling in the sample  {share}{self._pace(done, of)}")
        elif not self._is_told:
            self._write("正在填充示例数据 / filling in the sample\n")
        self._is_told = True

    def _pace(self, done: int, of: int) -> str:
        """How many a second since the first look, and the time that is left at this rate."""
        now = self._now()
        begun, before = self._start = self._start or (now, done)
        if done <= before or now <= begun:
            return ""
        rate = (done - before) / (now - begun)
        minutes, seconds = divmod(round((of - done) / rate), 60)
        return f"  {rate:.0f}/s  剩余 / left {minutes}:{seconds:02}"

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._is_told and self._out.isatty():
            self._write("\r\x1b[K")


class StatusLine:
    """Written over itself; nothing at all is written where nobody looks. `away` tells which servers are not there."""

    def __init__(self, pool: Pool, store: EventStore, out: TextIO, away: Callable[[], Sequence[Sentence]]) -> None:
        self._pool = pool
        self._store = store
        self._out = out
        self._away = away

    async def keep_showing(self) -> None:
        """Show until cancelled."""
        if not self._out.isatty():
            return
        while True:
            with contextlib.suppress(psycopg.Error, PoolTimeout, StoreUnavailable, ConnectionError, IntegrityError):
                self._write("; ".join(one.both for one in self._away()) or await self._standing())
            await asyncio.sleep(EVERY)

    async def _standing(self) -> str:
        last = await self._store.last()
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_STANDING.encode())).fetchone()
        cases, position = row if row is not None else (0, 0)
        return f"未结服务单 / open cases {cases} · 日志 / log {last} · 滞后 / lag {max(0, last - position)}"

    def _write(self, text: str) -> None:
        # A line that is longer than the terminal could not be written over.
        width = (width_of(self._out) or TEXT_WIDTH) - 1
        self._out.write(f"\r\x1b[K{wrapped(text, width)[0]}")
        self._out.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._out.isatty():
            self._write("")
