"""Puts the files of a plan into the file store ahead of the commands that name them, a few at a time."""

import asyncio
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from shared.files.port import FileStore, once

AT_ONCE = 6


class Shelf:
    """Stores papers in the order in which they are needed, while it is open."""

    def __init__(self, files: FileStore, papers: Iterable[bytes]) -> None:
        self._files = files
        self._left = iter(dict.fromkeys(papers))
        self._stored: dict[bytes, asyncio.Future[None]] = {}
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._workers = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.wait(self._workers)

    async def _work(self) -> None:
        for content in self._left:
            await self._store(content)

    async def _store(self, content: bytes) -> None:
        if content in self._stored:
            return
        stored = self._stored[content] = asyncio.get_running_loop().create_future()
        try:
            await self._files.put(once(content))
            stored.set_result(None)
        except BaseException as error:
            stored.set_exception(error)
            stored.exception()
            raise

    async def has(self, papers: Sequence[bytes]) -> None:
        """Wait until these are stored. Raises: ConnectionError, OSError."""
        for content in papers:
            if content not in self._stored:
                await self._store(content)
            await self._stored[content]
