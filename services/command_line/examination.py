"""The checks of `doctor`: what is found, and what to do about it."""

import os
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import psycopg
from msgspec import Struct

from services.command_line.asking import database, event_log
from services.command_line.calendars import calendar_in_force
from services.command_line.condition import is_behind
from services.command_line.seeding import sample_users
from shared.events.envelope import IntegrityError, subject_of
from shared.projections.progress import progress
from shared.projections.statements import Connection
from shared.runtime.readiness import NotReady, make_sure
from shared.runtime.settings import BadSetting, NotRunning, Settings
from shared.store.port import EventStore, StoreUnavailable

LEAST_DISK = 2 * 1024**3
"""Bytes that should be free."""
CHAIN = "日志链 chain"
_OLDEST_POSTGRES = 160000
_CASES = """
select count(*) filter (where origin <> 'sample'), count(*) filter (where origin = 'sample') from read.open_cases"""
_APART = "真实业务另用数据目录，不加 --sample / keep real cases in a data folder of their own, without --sample"
_PARKED = """
select (select count(*) from runner.outbox where state = 'parked') + (select count(*) from runner.parked_reaction)"""
_DURABLE = "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')"


class Finding(Struct, frozen=True):
    """One check. `is_warning`: nothing is broken, but somebody has to see to it."""

    check: str
    is_sound: bool
    found: str
    remedy: str = ""
    is_warning: bool = False


async def examined(where: Settings) -> list[Finding]:
    """All checks that can be made; servers that cannot be reached end them early."""
    findings = [*disk(where), *secrets(where)]
    try:
        findings += await servers(where)
        async with event_log(where) as store, database(where, "service") as connection:
            findings += [one async for one in _running(store, connection)]
    except (NotRunning, BadSetting) as absent:
        findings.append(Finding("服务器 servers", False, str(absent), "moldcare up"))
    except IntegrityError as broken:
        findings.append(lost(broken))
    except (StoreUnavailable, psycopg.OperationalError) as away:
        findings.append(Finding("服务器 servers", False, type(away).__name__, "moldcare up, moldcare provision"))
    return findings


async def _running(store: EventStore, connection: Connection) -> AsyncIterator[Finding]:
    for part in (await durability(connection), await positions(store, connection), await reactions(connection)):
        for one in part:
            yield one
    yield await chain(store)
    yield await sample(store, connection)
    yield await official_days(store)


def disk(where: Settings) -> list[Finding]:
    """Room for the log and the files."""
    if not where.data.exists():
        return []
    free = shutil.disk_usage(where.data).free
    said = f"{free / 1024**3:.1f} GiB"
    return [Finding("磁盘 disk", free >= LEAST_DISK, said, "" if free >= LEAST_DISK else "清理磁盘 / free some space")]


def secrets(where: Settings) -> list[Finding]:
    """Keys are readable by their owner only."""
    if not where.keys.exists():
        return []
    open_to_others = [
        path.name for path in (where.keys, *where.keys.iterdir()) if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    remedy = f"chmod -R go= {os.fspath(where.keys)}" if open_to_others else ""
    return [Finding("密钥 keys", not open_to_others, ", ".join(open_to_others) or "0700", remedy)]


async def servers(where: Settings) -> list[Finding]:
    """Versions, disk writes, stream flags, rights and migrations, as every service checks them."""
    check = "服务器 servers"
    try:
        await make_sure(where.access("service"))
    except NotReady as fault:
        return [Finding(check, False, one, "moldcare provision") for one in fault.faults]
    return [Finding(check, True, "版本、落盘、流、权限、迁移 / versions, disk writes, streams, rights, migrations")]


async def durability(connection: Connection) -> list[Finding]:
    """PostgreSQL is new enough and writes before it answers."""
    version = connection.info.server_version
    rows = await (await connection.execute(_DURABLE)).fetchall()
    off = [name for name, setting in rows if setting == "off"]
    sound = version >= _OLDEST_POSTGRES and not off
    said = f"{version // 10000}.{version % 10000}" + (f", {', '.join(off)} off" if off else "")
    remedy = "" if sound else "PostgreSQL 16+, fsync, full_page_writes, synchronous_commit on"
    return [Finding("PostgreSQL", sound, said, remedy)]


async def positions(store: EventStore, connection: Connection) -> list[Finding]:
    """Every read model keeps up and holds every event."""
    builds = await progress(connection, await store.last(), datetime.now(UTC))
    findings = []
    for one in (build for build in builds if build.status == "live"):
        faults = _faults(one)
        name, remedy = f"读模型 {one.name}", "; ".join(faults.values())
        findings.append(Finding(name, not faults, ", ".join(faults) or str(one.position), remedy))
    return findings


def _faults(build: Any) -> dict[str, str]:
    faults: dict[str, str] = {}
    if build.paused:
        faults[f"暂停 paused: {build.paused}"] = "升级程序 / install the release that knows these events"
    if build.parked_events:
        faults[f"隔离 parked {build.parked_events}"] = "moldcare status, moldcare heal"
    if is_behind(build):
        faults[f"滞后 lag {build.lag}, {build.seconds:.0f} s"] = "检查服务是否运行 / see that its service runs"
    return faults


async def reactions(connection: Connection) -> list[Finding]:
    """Nothing that should follow was given up."""
    row = await (await connection.execute(_PARKED)).fetchone()
    parked = row[0] if row is not None else 0
    return [Finding("反应 reactors", not parked, f"{parked} parked", "moldcare status" if parked else "")]


async def chain(store: EventStore) -> Finding:
    """Every event of the log read once: versions and hashes."""
    last = 0
    batches: Any = store.read(0)
    try:
        async with aclosing(batches):
            async for batch in batches:
                last = batch[-1].sequence
    except IntegrityError as broken:
        return lost(broken)
    return Finding(CHAIN, True, f"{last} 个事件 / events")


def lost(broken: IntegrityError) -> Finding:
    """The log is not what was written."""
    return Finding(CHAIN, False, str(broken), "停用并从备份恢复 / stop and restore the log from a backup")


async def sample(store: EventStore, connection: Connection) -> Finding:
    """Sample cases, and sample sign-ins with a known password, do not belong beside real cases."""
    check = "示例 sample"
    row = await (await connection.execute(_CASES)).fetchone()
    real, told = row if row is not None else (0, 0)
    has_sample = bool(await store.head(subject_of("staff", sample_users()[1])))
    if real and told:
        said = f"{real} 个真实服务单与 {told} 个示例服务单混在一起 / {real} real cases among {told} sample cases"
        return Finding(check, False, said, f"{_APART}; DisableUser")
    if real and has_sample:
        said = f"{real} 个真实服务单与示例用户并存 / {real} real cases beside sample sign-ins"
        return Finding(check, False, said, "DisableUser")
    return Finding(check, True, "有示例 / sample only" if has_sample else "无示例 / no sample")


async def official_days(store: EventStore) -> Finding:
    """The official notice of the next 60 days is published as a calendar."""
    check = "日历 calendar"
    found = await calendar_in_force(store, datetime.now(UTC))
    told = f"第 {found.version} 版 / version {found.version}"
    if found.unconfirmed_from is None:
        return Finding(check, True, told)
    told += f"，{found.unconfirmed_from} 起未确认 / no official days from {found.unconfirmed_from} on"
    return Finding(check, True, told, "moldcare calendar import, moldcare calendar publish", is_warning=True)
