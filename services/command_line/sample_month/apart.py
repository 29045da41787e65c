"""The filling in a process of its own, so that what it needs in memory is gone when the product serves.

The child writes a line of JSON for what is done, and a last one for what it came to.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process

import msgspec
from msgspec import Struct

from services.command_line import failures
from services.command_line.logs import log_to
from services.command_line.sample_month.filling import Told
from services.command_line.sample_month.month import Filled, Month, fill
from services.command_line.seeding import SeedRefused
from services.command_line.stages import STAGES
from shared.runtime.processes import dying_with_us
from shared.runtime.settings import Settings, settings_of

OFTEN = 20
"""Commands between two lines."""


class Line(Struct, frozen=True, omit_defaults=True):
    """What the child says: how far it is, or how it ended."""

    done: int = 0
    of: int = 0
    filled: Filled | None = None
    fault: str = ""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Line).decode


async def fill_apart(settings: Settings, cases: int, stop: asyncio.Event, told: Told) -> Filled | None:
    """As `fill`, in a child that ends with us and with `stop`. Raises: SeedRefused when the child failed."""
    child = await asyncio.create_subprocess_exec(
        *dying_with_us([sys.executable, "-m", __name__, str(cases)], "KILL"),
        env={**os.environ, "MOLDCARE_DATA": str(settings.data)},
        stdout=PIPE,
        start_new_session=True,
    )
    stopping = asyncio.create_task(_stop(child, stop))
    try:
        return await _heard(child, told)
    finally:
        stopping.cancel()
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
            await child.wait()


async def _stop(child: Process, stop: asyncio.Event) -> None:
    await stop.wait()
    child.send_signal(signal.SIGTERM)


async def _heard(child: Process, told: Told) -> Filled | None:
    assert child.stdout is not None
    line = Line()
    async for raw in child.stdout:
        line = _decode(raw)
        if line.of:
            told(line.done, line.of)
    if await child.wait() or line.fault:
        raise SeedRefused(line.fault or "示例填充中断，请再次启动 / filling in the sample broke off: start again")
    return line.filled


def _say(line: Line) -> None:
    sys.stdout.buffer.write(_encode(line) + b"\n")
    sys.stdout.buffer.flush()


def _told(done: int, of: int) -> None:
    if done % OFTEN == 0 or done == of:
        _say(Line(done, of))


async def _filled(settings: Settings, cases: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        _say(Line(filled=await fill(settings, Month(STAGES, cases, told=_told), stop)))
    except Exception as error:
        _say(Line(fault=failures.told(error)))


if __name__ == "__main__":
    here = settings_of(os.environ)
    log_to(here.data / "log")
    asyncio.run(_filled(here, int(sys.argv[1])))
