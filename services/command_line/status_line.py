"""One line that keeps saying how things stand, for a person at a terminal."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TextIO

import psycopg
from psycopg_pool import PoolTimeout

from shared.events.envelope import IntegrityError
from shared.projections.statements import Pool
from shared.store.port import EventStore, StoreUnavailable
from shared.texts.catalogue import Sentence

EVERY = 2.0
"""Seconds between two looks."""
_STANDING = """
select (select count(*) from read.open_cases where state in ('RECEIVED', 'TRIAGED')) as cases,
       coalesce(min(position), 0) as position
from projections.build where status = 'live'"""


class FillingLine:
    """How far the sample is: written over itself at a terminal, told once where nobody looks."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_told = False

    def show(self, done: int, of: int) -> None:
        """So many commands of so many are done."""
        if self._out.isatty():
            self._write(f"\r\x1b[K正在填充示例数据 / filling in the sample  {done * 100 // of} %")
        elif not self._is_told:
            self._write("正在填充示例数据 / filling in the sample\n")
        self._is_told = True

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
            row = await (await connection.execute(_STANDING)).fetchone()
        cases, position = row if row is not None else (0, 0)
        return f"服务单 cases {cases} · 位置 log {last} · 滞后 lag {max(0, last - position)}"

    def _write(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}")
        self._out.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._out.isatty():
            self._write("")
