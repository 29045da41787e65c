"""Servers of ours that are started again when they die, on the same folder and port, until that is no help."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog

from shared.runtime.processes import Server, ServerFailed
from shared.texts.catalogue import Sentence, sentence

LOOK = 0.1
"""Seconds between two looks at a server."""
TRIES = 5
"""So often a server is started again within the window; dying once more ends it."""
WINDOW = 60.0
"""Seconds after which a death no longer counts."""
PAUSE = 0.2
"""Seconds before the second start; each further one waits twice as long."""
_log = structlog.get_logger(__name__)

Back = Callable[[], Awaitable[None]]


class Kept:
    """One server and the way to start it again. `away` says why it is not there just now, None when it is."""

    def __init__(
        self, name: str, server: Server, again: Callable[[], Awaitable[Server]], *, pause: float = PAUSE
    ) -> None:
        self.name = name
        self.away: Sentence | None = None
        self._server = server
        self._again = again
        self._pause = pause

    async def keep(self, back: Back) -> None:
        """Start it again whenever it dies, and call `back` then. Raises: ServerFailed when it is given up."""
        deaths: list[float] = []
        while True:
            while self._server.is_alive:
                await asyncio.sleep(LOOK)
            deaths = [*(one for one in deaths if _now() - one < WINDOW), _now()]
            if len(deaths) > TRIES:
                raise ServerFailed(self._given_up(len(deaths)))
            await self._start(len(deaths))
            if not self.away:
                await back()

    async def _start(self, times: int) -> None:
        self.away = sentence("servers", "away").filled({"server": self.name, "times": times})
        _log.error("server died", server=self.name, times=times)
        if times > 1:
            await asyncio.sleep(self._pause * 2 ** (times - 2))
        try:
            self._server = await self._again()
        except ServerFailed as failed:
            _log.error("server did not start", server=self.name, reason=str(failed))
            return
        self.away = None
        _log.warning("server is back", server=self.name)

    def _given_up(self, times: int) -> str:
        values = {"server": self.name, "times": times, "seconds": int(WINDOW), "log": self._server.log}
        return sentence("servers", "given_up").filled(values).both

    async def stop(self) -> None:
        """End it in order."""
        await self._server.stop(signal.SIGINT)


def _now() -> float:
    return asyncio.get_running_loop().time()
