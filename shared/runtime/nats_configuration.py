"""The configuration of an embedded NATS server: accounts, least rights and a disk write before every ack."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

MAX_PAYLOAD = 1536 * 1024
"""A body of 1 MiB with room for its envelope and seals."""
STATE = "$SYS.REQ.SERVER.PING.VARZ"
"""The one request of the system account that services may make: version and disk writes of each server."""
_READS = ("EVENTS", "INTAKE")


class NatsNode(Struct, frozen=True):
    """One server: its name, folder and port; `routes` are the cluster ports of all nodes, the own one included."""

    name: str
    folder: Path
    port: int
    cluster_port: int = 0
    routes: tuple[int, ...] = ()


def service_rights() -> dict[str, list[str]]:
    """What the services may publish: facts, raw messages, commands, and reads of the two streams."""
    allowed = ["evt.*.*", "raw.*.*", "cmd.>", "$JS.API.INFO", STATE]
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


def _core(passwords: Mapping[str, str]) -> dict[str, object]:
    service = service_rights()
    return {
        "jetstream": "enabled",
        "users": [
            {
                "user": "provision",
                "password": passwords["provision"],
                "permissions": {
                    "publish": {"allow": ["$JS.API.>"]},
                    "subscribe": {"allow": ["_INBOX_provision.>"]},
                },
            },
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
        "imports": [{"service": {"account": "SYS", "subject": STATE}}],
    }


def configuration(node: NatsNode, passwords: Mapping[str, str]) -> str:
    """The server's configuration file (JSON is a subset of its language)."""
    # What is stored counts against the limit too: without it the limit would shrink as the log grows.
    stored = sum(block.stat().st_size for block in node.folder.glob("**/*.blk"))
    room = stored + int(shutil.disk_usage(node.folder).free * 0.8)
    settings: dict[str, object] = {
        "listen": f"127.0.0.1:{node.port}",
        "server_name": node.name,
        "max_payload": MAX_PAYLOAD,
        "write_deadline": "10s",
        "jetstream": {
            "store_dir": str(node.folder),
            "max_memory_store": 64 * 1024 * 1024,
            "max_file_store": max(1024**3, room),
            "sync_interval": "always",
        },
        "system_account": "SYS",
        "accounts": {
            "SYS": {
                "users": [{"user": "system", "password": passwords["system"]}],
                "exports": [{"service": STATE, "response_type": "stream", "accounts": ["CORE"]}],
            },
            "CORE": _core(passwords),
        },
    }
    if node.cluster_port:
        settings["cluster"] = {
            "name": "moldcare",
            "listen": f"127.0.0.1:{node.cluster_port}",
            "routes": [f"nats-route://127.0.0.1:{port}" for port in node.routes],
        }
    return json.dumps(settings, indent=1)
