"""Children that never outlive us: each in a session of its own, told by the kernel when we die.

A child in our session would get Ctrl-C together with us and stop while we still drain.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path


class ServerFailed(Exception):
    """A server did not start or ended by itself; the message holds its last words."""


def dying_with_us(command: Sequence[str], signal_name: str) -> list[str]:
    """The command under which the kernel sends `signal_name` to the child when the starting thread ends."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServerFailed("缺少 setpriv（util-linux）/ setpriv of util-linux is missing")
    return [setpriv, "--pdeathsig", signal_name, "--", *command]


class Server:
    """One child process with its log file."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The child's process id, 0 before the start."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_alive(self) -> bool:
        """Whether the child runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, command: Sequence[str], environment: Mapping[str, str], keep: Sequence[int] = ()) -> None:
        """Start the child. Call it from the main thread: its death is what the kernel reports."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                start_new_session=True,
                pass_fds=tuple(keep),
            )

    async def until(self, answers: Callable[[], Awaitable[bool]], failure: str, seconds: float, step: float) -> None:
        """Wait until the child answers; one that does not is ended. Raises: ServerFailed with its last words."""
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            while not await answers():
                if not self.is_alive or asyncio.get_running_loop().time() > deadline:
                    raise ServerFailed(f"{failure}: {self.last_words()}")
                await asyncio.sleep(step)
        except BaseException:
            await self.stop(signal.SIGKILL)
            raise

    async def stop(self, sign: signal.Signals, seconds: float = 20.0) -> None:
        """Ask the child to end, and end it by force when it does not in time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(sign)
        try:
            await asyncio.to_thread(self._process.wait, seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    def last_words(self) -> str:
        """The end of the log, for people."""
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")[-800:].strip()
        except OSError:
            return ""
