"""NATS servers of a test's own: one, or three as a cluster; each may be killed and started again."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
from nats.js.errors import APIError

from shared.runtime.nats_configuration import NatsNode, configuration
from shared.runtime.nats_server import free_port, start_nats
from shared.runtime.processes import Server
from shared.runtime.provisioning import DEDUPE_SECONDS, provision_streams
from shared.runtime.settings import Access
from shared.store.connection import Connection, connect
from tests.waiting import until

PASSWORDS = {name: f"password-of-{name}" for name in ("provision", "service", "console", "system")}


class Nodes:
    """The servers, by number; clients of `access` know all of them."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        routes = tuple(free_port() for _ in range(count)) if count > 1 else ()
        self.nodes = [
            NatsNode(f"n{number}", folder / f"n{number}", free_port(), routes[number] if routes else 0, routes)
            for number in range(count)
        ]
        self._servers: dict[int, Server] = {}

    async def start(self, number: int) -> None:
        node = self.nodes[number]
        node.folder.mkdir(parents=True, exist_ok=True)
        configured = configuration(node, PASSWORDS)
        self._servers[number] = await start_nats(node, configured, self._folder / f"{node.name}.log")

    async def kill(self, number: int) -> None:
        """End a server at once, as a power cut of that machine would."""
        await self._servers[number].stop(signal.SIGKILL)

    async def stop(self, number: int) -> None:
        """End a server in order: it writes down what it knows of its files."""
        await self._servers[number].stop(signal.SIGINT)

    async def kill_all(self) -> None:
        for number in self._servers:
            await self.kill(number)

    def access(self, identity: str, *, port: int = 0, only: int | None = None) -> Access:
        """All servers, one of them, or another port of this machine."""
        ports = [port] if port else [node.port for node in (self.nodes if only is None else [self.nodes[only]])]
        return Access(",".join(f"nats://127.0.0.1:{one}" for one in ports), identity, PASSWORDS[identity], "")

    def number_of(self, server_name: str) -> int:
        return next(number for number, node in enumerate(self.nodes) if node.name == server_name)


@asynccontextmanager
async def running_nodes(folder: Path, count: int, dedupe: float = DEDUPE_SECONDS) -> AsyncIterator[Nodes]:
    """Servers with the streams of the product, replicated on all of them."""
    nodes = Nodes(folder, count)
    try:
        await asyncio.gather(*(nodes.start(number) for number in range(count)))
        client = await connect(nodes.access("provision"), name="test provision")
        await until(lambda: _provisioned(client, count, dedupe), seconds=30, step=0.1)
        await client.close()
        yield nodes
    finally:
        await nodes.kill_all()


async def _provisioned(client: Connection, replicas: int, dedupe: float) -> bool:
    """A young cluster has no leader yet and refuses."""
    try:
        await client.request("$JS.API.STREAM.NAMES", timeout=0.3)
        await provision_streams(client, replicas, dedupe)
    except (APIError, nats.errors.Error):
        return False
    return True
