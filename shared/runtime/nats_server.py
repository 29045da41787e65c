"""The embedded NATS server: a configuration of ours with accounts, least rights and a disk write before every ack."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from shared.runtime.processes import Server, ServerFailed, dying_with_us

MAX_PAYLOAD = 1536 * 1024
"""A body of 1 MiB with room for its envelope and seals."""
_READS = ("EVENTS", "INTAKE")


class NatsNode(Struct, frozen=True):
    """One server: its name, folder and port; `routes` are the cluster ports of all nodes, the own one included."""

    name: str
    folder: Path
    port: int
    cluster_port: int = 0
    routes: tuple[int, ...] = ()


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def service_rights() -> dict[str, list[str]]:
    """What the services may publish: facts, raw messages, commands, and reads of the two streams."""
    allowed = ["evt.*.*", "raw.*.*", "cmd.>", "$JS.API.INFO", "$SYS.REQ.SERVER.PING.VARZ"]
    for stream in _READS:
        allowed += [
            f"$JS.API.STREAM.INFO.{stream}",
            f"$JS.API.STREAM.MSG.GET.{stream}",
            f"$JS.API.DIRECT.GET.{stream}",
            f"$JS.API.DIRECT.GET.{stream}.>",
            f"$JS.API.CONSUMER.CREATE.{stream}",
            f"$JS.API.CONSUMER.CREATE.{stream}.>",
            f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.>",
            f"$JS.API.CONSUMER.INFO.{stream}.>",
            f"$JS.API.CONSUMER.DELETE.{stream}.>",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.>",
            f"$JS.ACK.{stream}.>",
        ]
    return {"publish": [*allowed, "_INBOX_console.>", "_INBOX_service.>"], "subscribe": ["_INBOX_service.>", "cmd.>"]}


def _account(passwords: Mapping[str, str]) -> dict[str, object]:
    service = service_rights()
    return {
        "jetstream": "enabled",
        "users": [
            {"user": "provision", "password": passwords["provision"]},
            {
                "user": "service",
                "password": passwords["service"],
                "permissions": {
                    "publish": {"allow": service["publish"]},
                    "subscribe": {"allow": service["subscribe"]},
                },
            },
            {
                "user": "console",
                "password": passwords["console"],
                "permissions": {
                    "publish": {"allow": ["cmd.>"]},
                    "subscribe": {"allow": ["_INBOX_console.>"]},
                },
            },
        ],
        "imports": [{"service": {"account": "SYS", "subject": "$SYS.REQ.SERVER.PING.VARZ"}}],
    }


def configuration(
    node: NatsNode, passwords: Mapping[str, str], *, accounts: Sequence[str] = ("CORE",), sync_interval: str = "always"
) -> str:
    """The server's configuration file (JSON is a subset of its language). Users of further accounts are
    prefixed with the account's name: tests give one to each worker."""
    disk = shutil.disk_usage(node.folder)
    settings: dict[str, object] = {
        "listen": f"127.0.0.1:{node.port}",
        "server_name": node.name,
        "max_payload": MAX_PAYLOAD,
        "write_deadline": "10s",
        "jetstream": {
            "store_dir": str(node.folder),
            "max_memory_store": 64 * 1024 * 1024,
            "max_file_store": max(1024**3, int(disk.free * 0.8)),
            "sync_interval": sync_interval,
        },
        "system_account": "SYS",
        "accounts": {
            "SYS": {
                "users": [{"user": "system", "password": passwords["system"]}],
                "exports": [{"service": "$SYS.REQ.SERVER.PING.VARZ", "accounts": list(accounts)}],
            },
            **{name: _renamed(_account(passwords), name) for name in accounts},
        },
    }
    if node.cluster_port:
        settings["cluster"] = {
            "name": "moldcare",
            "listen": f"127.0.0.1:{node.cluster_port}",
            "routes": [f"nats-route://127.0.0.1:{port}" for port in node.routes],
        }
    return json.dumps(settings, indent=1)


def _renamed(account: dict[str, object], name: str) -> dict[str, object]:
    if name == "CORE":
        return account
    users = account["users"]
    assert isinstance(users, list)
    return {**account, "users": [{**user, "user": f"{name}-{user['user']}"} for user in users]}


async def start_nats(
    node: NatsNode, configured: str, log: Path, keep: Sequence[int] = (), seconds: float = 20.0
) -> Server:
    """A running server that takes connections. Raises: ServerFailed with its last words."""
    binary = shutil.which("nats-server", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if binary is None:
        raise ServerFailed("缺少 nats-server / nats-server is not installed")
    node.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = node.folder / "nats-server.json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(configured)
    server = Server(f"nats {node.name}", log)
    memory = {"GOMEMLIMIT": "96MiB", "GOGC": "50"}
    server.start(dying_with_us([binary, "-c", str(path)], "INT"), memory, keep)
    deadline = asyncio.get_running_loop().time() + seconds
    while not _answers(node.port):
        if not server.is_alive or asyncio.get_running_loop().time() > deadline:
            await server.stop(signal.SIGKILL)
            raise ServerFailed(f"NATS 未能启动 / NATS did not start: {server.last_words()}")
        await asyncio.sleep(0.01)
    return server


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
