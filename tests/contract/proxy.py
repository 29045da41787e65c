"""A wire between client and server that can swallow the server's answers and then break."""

import asyncio
from contextlib import suppress


class Wire:
    """Listens on `port` and hands everything on, until `deaf` is set: then nothing comes back."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: list[asyncio.StreamWriter] = []
        self.port = 0
        self.deaf = False

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break all connections; new ones work again."""
        for writer in self._writers:
            writer.close()
        self._writers.clear()
        self.deaf = False

    async def close(self) -> None:
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, far_writer]
        await asyncio.gather(
            self._hand_on(reader, far_writer, back=False), self._hand_on(far_reader, writer, back=True)
        )

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(65536):
                if not (back and self.deaf):
                    writer.write(piece)
                    await writer.drain()
        writer.close()
