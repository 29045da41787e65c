"""What a service makes sure of before it starts, each fault a sentence that names what is wrong."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import nats.errors
import psycopg
from nats.aio.client import Client
from psycopg import AsyncConnection

from shared.runtime.migrations import Drift, applied, pending
from shared.runtime.nats_configuration import STATE
from shared.runtime.settings import Access
from shared.store.connection import connect

OLDEST = ((2, 12, 14), (2, 14, 4))
"""A 2.12 from .14 on, a 2.14 from .4 on, anything newer; older ones let two guarded writers both win."""
_FLAGS: dict[str, Any] = {
    "deny_delete": True,
    "deny_purge": True,
    "allow_direct": True,
    "allow_atomic": True,
    "allow_rollup_hdrs": False,
    "allow_msg_ttl": False,
    "allow_msg_schedules": False,
    "sealed": False,
    "storage": "file",
    "retention": "limits",
    "discard": "new",
    "max_age": 0,
    "max_msgs": -1,
    "max_msgs_per_subject": -1,
}
_SUBJECTS = {"EVENTS": ["evt.*.*"], "INTAKE": ["raw.*.*"]}


class NotReady(Exception):
    """The set-up does not let a service start; `faults` are sentences."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = list(faults)


def is_supported(version: str) -> bool:
    """Whether a server of this version keeps the promises that the store rests on."""
    try:
        number = tuple(int(part) for part in version.split("-", maxsplit=1)[0].split("."))
    except ValueError:
        return False
    if number[:2] in ((2, 12), (2, 14)):
        return any(number[:2] == oldest[:2] and number >= oldest for oldest in OLDEST)
    return number >= (2, 15)


def stream_faults(name: str, config: dict[str, Any]) -> list[str]:
    """Each flag of a stream that is not as it must be."""
    faults: list[str] = []
    for flag, wanted in _FLAGS.items():
        is_value = config.get(flag, type(wanted)())
        if is_value != wanted:
            faults.append(
                f"流 {name} 的 {flag} 是 {is_value}，应为 {wanted} / stream {name} has {flag} {is_value}, not {wanted}"
            )
    if config.get("subjects") != _SUBJECTS[name]:
        subjects = config.get("subjects")
        faults.append(f"流 {name} 的主题是 {subjects} / stream {name} has subjects {subjects}")
    if config.get("persist_mode") == "async":
        faults.append(f"流 {name} 为异步持久化 / stream {name} acknowledges before it writes (persist_mode async)")
    return faults


async def server_faults(client: Client) -> list[str]:
    """Version and disk writes of every server that answers."""
    answers = await _varz(client)
    if not answers:
        return [f"无权读取服务器状态 {STATE} / no right to read {STATE}"]
    faults: list[str] = []
    for varz in answers:
        version, jetstream = str(varz.get("version", "")), varz.get("jetstream", {}).get("config", {})
        if not is_supported(version):
            faults.append(f"NATS 版本 {version} 过旧 / NATS {version} is too old: 2.12.14, 2.14.4 or newer")
        if not jetstream.get("sync_always"):
            faults.append("NATS 未设置 sync_interval: always / NATS writes late: set sync_interval: always")
    return list(dict.fromkeys(faults))


async def _varz(client: Client, seconds: float = 0.5) -> list[dict[str, Any]]:
    """All servers of a cluster answer the same request; a server alone answers at once."""
    inbox, answers = client.new_inbox(), []
    subscription = await client.subscribe(inbox)
    await client.publish(STATE, b"{}", reply=inbox)
    deadline = asyncio.get_running_loop().time() + 3.0
    try:
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            message = await subscription.next_msg(timeout=left)
            answer = json.loads(message.data)
            varz = answer.get("data", answer)
            answers.append(varz)
            if not varz.get("cluster", {}).get("urls"):
                break
            deadline = min(deadline, asyncio.get_running_loop().time() + seconds)
    except (TimeoutError, nats.errors.TimeoutError):
        pass
    finally:
        await subscription.unsubscribe()
    return answers


async def rights_faults(client: Client) -> list[str]:
    """Each right that a service needs and does not have; streams as they are configured."""
    faults: list[str] = []
    for name in _SUBJECTS:
        info = await _ask(client, f"$JS.API.STREAM.INFO.{name}", b"")
        if info is None:
            faults.append(f"无权读取流 {name} / no right to read stream {name} ($JS.API.STREAM.INFO.{name})")
            continue
        if "error" in info:
            faults.append(f"没有流 {name}，请执行 moldcare provision / no stream {name}: run moldcare provision")
            continue
        wrong = stream_faults(name, info["config"])
        # A stream with wrong flags answers otherwise; its rights are looked at when the flags are right.
        faults += wrong or await _refused(client, name)
    return faults


async def _refused(client: Client, name: str) -> list[str]:
    probes = _probes(name)
    answers = await asyncio.gather(*(_ask(client, *probe) for probe in probes))
    return [
        f"无权使用 {probe[0]} / no right to use {probe[0]}"
        for probe, answer in zip(probes, answers, strict=True)
        if answer is None
    ]


def _probes(name: str) -> tuple[tuple[str, bytes, dict[str, str] | None], ...]:
    """Requests that change nothing and are answered, be it with an error, when the right is there."""
    beyond = str(2**63)
    return (
        (f"$JS.API.STREAM.MSG.GET.{name}", b'{"seq": %s}' % beyond.encode(), None),
        (f"$JS.API.DIRECT.GET.{name}", b'{"seq": %s}' % beyond.encode(), None),
        (f"$JS.API.CONSUMER.INFO.{name}.readiness", b"", None),
        (f"$JS.API.CONSUMER.DELETE.{name}.readiness", b"", None),
        # No stream has got as far as this guard, so the message is refused and never stored.
        (_SUBJECTS[name][0].replace("*", "readiness"), b"", {"Nats-Expected-Last-Sequence": beyond}),
    )


async def _ask(
    client: Client, subject: str, body: bytes, headers: dict[str, str] | None = None
) -> dict[str, Any] | None:
    """The answer, {} for one without content, None when nobody may or can answer."""
    try:
        answer = await client.request(subject, body, timeout=1.5, headers=headers)
    except (TimeoutError, nats.errors.Error):
        return None
    try:
        told = json.loads(answer.data or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


async def database_faults(postgres: str) -> list[str]:
    """Whether the database can be reached and has seen all migrations."""
    try:
        async with await AsyncConnection.connect(postgres, autocommit=True) as connection:
            todo = pending(await applied(connection))
    except Drift as drift:
        return [str(drift)]
    except psycopg.Error as error:
        name = type(error).__name__
        return [f"无法读取 PostgreSQL（{name}） / PostgreSQL cannot be read ({name})"]
    if todo:
        names = ", ".join(one.name for one in todo)
        return [f"数据库未更新 {names}，请执行 moldcare provision / {names} pending: run moldcare provision"]
    return []


async def make_sure(access: Access, *, patience: float = 10.0) -> None:
    """Everything a service needs is there; `patience` is for reaching NATS [s]. Raises: NotReady with every fault."""
    try:
        client = await connect(access, name="moldcare readiness", patience=patience)
    except (OSError, TimeoutError, nats.errors.Error) as error:
        name = type(error).__name__
        raise NotReady([f"无法连接 NATS（{name}） / NATS cannot be reached ({name})"]) from None
    try:
        faults = await server_faults(client) + await rights_faults(client)
    finally:
        await client.close()
    faults += await database_faults(access.postgres)
    if faults:
        raise NotReady(faults)
