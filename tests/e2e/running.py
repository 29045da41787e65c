"""`moldcare` as a person runs it: a child process in a data folder of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from shared.runtime.processes import dying_with_us
from tests.waiting import until

PROGRAM = [sys.executable, "-m", "services.command_line.main"]
ROOT = Path(__file__).parents[2]
PASSWORD = "only for the tests"


def environment(data: Path, **more: str) -> dict[str, str]:
    """What the child is told; nothing of the machine's own settings of the product."""
    terminal = {"COLUMNS", "LINES"}  # set by those who run tests side by side
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("MOLDCARE_") and name not in terminal
    }
    told = {"MOLDCARE_DATA": str(data), "MOLDCARE_SAMPLE_PASSWORD": PASSWORD, "MOLDCARE_SAMPLE_CASES": "0"}
    return {**kept, **told, **more}


class Ran(str):
    """What a command printed; its exit code and its complaints stand beside it."""

    code: int
    complaint: str

    @property
    def told(self) -> Any:
        """The JSON that was printed."""
        return json.loads(self)


async def moldcare(data: Path, *arguments: str, given: str | None = None, **settings: str) -> Ran:
    """One command to its end, under these settings. No command may ever show a traceback."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(data, **settings),
        cwd=ROOT,
    )
    async with asyncio.timeout(120):
        out, complaint = await process.communicate(given.encode() if given is not None else None)
    ran = Ran(out.decode())
    ran.code, ran.complaint = process.returncode or 0, complaint.decode()
    assert "Traceback" not in ran.complaint
    return ran


class Up:
    """A running `moldcare up`; its sample has no cases unless the test wants some."""

    def __init__(self, data: Path, *arguments: str, cases: int = 0, **more: str) -> None:
        self.data = data
        self.printed = data.parent / f"{data.name}.out"
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                dying_with_us([*PROGRAM, "up", "--data", str(data), "--port", "0", *arguments], "INT"),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment(data, MOLDCARE_SAMPLE_CASES=str(cases), **more),
                cwd=ROOT,
                start_new_session=True,
            )

    async def ready(self) -> "Up":
        """Wait until it says where it is."""

        async def has_started() -> bool:
            assert self.process.poll() is None, self.printed.read_text()
            return "Ctrl-C" in self.printed.read_text()

        await until(has_started, seconds=60)
        return self

    @property
    def url(self) -> str:
        """The address of the console."""
        return next(word for word in self.printed.read_text().split() if word.startswith("http://"))

    def family(self) -> list[psutil.Process]:
        """The process and all that it started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def child(self, name: str) -> psutil.Process | None:
        """The server of this name that it started, None while there is none."""
        return next((one for one in psutil.Process(self.process.pid).children() if one.name() == name), None)

    async def interrupt(self, times: int = 1) -> int:
        """Ctrl-C; the exit code."""
        for _ in range(times):
            self.process.send_signal(signal.SIGINT)
        return await asyncio.to_thread(self.process.wait, 40)

    async def end(self) -> None:
        """Whatever happened, nothing stays."""
        if self.process.poll() is None:
            await self.interrupt()


async def all_gone(family: list[psutil.Process]) -> None:
    """Wait until none of these processes runs any more."""

    async def gone() -> bool:
        return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family if _exists(one))

    await until(gone, seconds=20)


def _exists(process: psutil.Process) -> bool:
    return psutil.pid_exists(process.pid)
