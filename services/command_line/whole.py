"""The whole product in one process: provisioned, seeded, served, watched, and stopped in order."""

import asyncio
import os
from collections.abc import Sequence

import msgspec

from services.command_line import seeding
from services.command_line.announcing import Voice
from services.command_line.calendars import warn_of_missing_notice
from services.command_line.compose import Services, ended, services
from services.command_line.face import face
from services.command_line.logs import log_to
from services.command_line.observing import Observed, observed
from services.command_line.sample_month import CASES, MOST_CASES
from services.command_line.sample_month.apart import fill_apart
from services.command_line.serve import until
from services.command_line.sign_ins import SignIns, admin_password, sample_password
from services.command_line.stages import STAGES
from services.command_line.status_line import FillingLine, StatusLine
from shared.projections.progress import wait_for
from shared.runtime import traces
from shared.runtime.embedded import Embedded
from shared.runtime.health import Check, Reason, away
from shared.runtime.private_file import write_private
from shared.runtime.provisioning import provision
from shared.runtime.settings import Settings, number_of

SHOWN_WITHIN = 30.0
"""Seconds that the start waits for the register of staff; without it nobody can sign in."""


async def run(settings: Settings, embedded: Embedded, stop: asyncio.Event, voice: Voice, *, sample: bool) -> None:
    """Serve until `stop`, and say so.

    Raises: ServerFailed, Stopped, SeedRefused, PortTaken, Drift, ExporterMissing.
    """
    log_to(settings.data / "log")
    async with traces.sent(os.environ, "moldcare"), observed(settings) as (seen, metrics):
        seen.health.check(away_servers(embedded))
        await provision(settings)
        if sample:
            await lived_through(settings, stop, voice)
        if not stop.is_set():
            await served(settings, embedded, stop, voice, seen, sample=sample, metrics=metrics)


def away_servers(embedded: Embedded) -> Check:
    """Servers of ours that died are being started again."""

    async def check() -> Sequence[Reason]:
        return [away(words) for words in embedded.away()]

    return check


async def served(
    settings: Settings,
    embedded: Embedded,
    stop: asyncio.Event,
    voice: Voice,
    seen: Observed,
    *,
    sample: bool,
    metrics: str,
) -> None:
    """All services and the console, until `stop`."""
    async with services(settings, STAGES) as running:
        await seeding.plant(running.ground, running.store, seeding.rules())
        if sample:
            await seeding.plant(running.ground, running.store, seeding.sample(), is_sample=True)
        await warn_of_missing_notice(running.store)
        seen.runs(running, STAGES)
        async with face(settings, seen.health) as (url, here):
            seen.stands_on("console", here)
            sign_ins = await (sample_password if sample else admin_password)(here.pool, settings)
            servers = msgspec.structs.replace(embedded.servers, console_url=url)
            write_private(settings.servers_file, msgspec.json.encode(servers))
            await wait_for(here.pool, await running.store.last(), ("staff",), SHOWN_WITHIN)
            seen.health.is_starting = False
            announce(voice, settings, url, metrics, sign_ins)

            async def back() -> None:
                # Every connection of a database that died is broken, and would cost one request each.
                await asyncio.gather(running.ground.pool.check(), here.pool.check())

            line = StatusLine(running.ground.pool, running.store, voice.out, embedded.away)
            await watched(running, stop, line, asyncio.create_task(embedded.keep(back), name="keep servers"))
            voice.say("正在停止 / stopping")


async def lived_through(settings: Settings, stop: asyncio.Event, voice: Voice) -> None:
    """The sample month in an empty store, before anything is live. Raises: SeedRefused, BadSetting."""
    cases = number_of(settings.environment, "MOLDCARE_SAMPLE_CASES", CASES, 0, MOST_CASES)
    if not cases:
        return
    line = FillingLine(voice.out)
    try:
        filled = await fill_apart(settings, cases, stop, line.show)
    finally:
        line.clear()
    if filled is not None and filled.is_complete:
        voice.say(f"示例 / sample  {filled.cases} 个服务单 cases, {filled.events} 个事件 events")


def announce(voice: Voice, settings: Settings, url: str, metrics: str, sign_ins: SignIns | None) -> None:
    """Where the console is and who may sign in."""
    facts: list[tuple[str, str, str | Sequence[str]]] = [("url", "模具售后 / Moldcare", url)]
    if metrics:
        facts.append(("metrics", "指标 / metrics", metrics))
    facts.append(("data", "数据 / data", str(settings.data)))
    if sign_ins is not None:
        facts += [("users", "用户 / users", sign_ins.users), ("password", "密码 / password", sign_ins.password)]
    voice.ready(facts)
    voice.say("Ctrl-C 停止 / Ctrl-C stops")


async def watched(running: Services, stop: asyncio.Event, line: StatusLine, keeping: asyncio.Task[None]) -> None:
    """Wait for `stop`, showing how things stand. Raises: Stopped, ServerFailed when a part ends by itself."""
    showing = asyncio.create_task(line.keep_showing())
    try:
        await until(stop, running, keeping)
    finally:
        await ended(showing)
        await ended(keeping)
        line.clear()
