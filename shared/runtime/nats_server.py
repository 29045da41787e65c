"""The embedded NATS server as a child of ours."""

import os
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.runtime.nats_configuration import NatsNode
from shared.runtime.private_file import write_private
from shared.runtime.processes import Server, ServerFailed, dying_with_us


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start_nats(
    node: NatsNode, configured: str, log: Path, keep: Sequence[int] = (), seconds: float = 20.0
) -> Server:
    """A running server that takes connections. Raises: ServerFailed with its last words."""
    binary = shutil.which("nats-server", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if binary is None:
        raise ServerFailed("缺少 nats-server / nats-server is not installed")
    node.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = node.folder / "nats-server.json"
    write_private(path, configured.encode())
    server = Server(f"nats {node.name}", log)
    memory = {"GOMEMLIMIT": "96MiB", "GOGC": "50"}
    server.start(dying_with_us([binary, "-c", str(path)], "INT"), memory, keep)

    async def answers() -> bool:
        return _answers(node.port)

    await server.until(answers, "NATS 未能启动 / NATS did not start", seconds, 0.01)
    return server


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
