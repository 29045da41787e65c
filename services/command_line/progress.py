"""How far long work is, on stderr: a bar at a terminal, else a line every few seconds. Both with rate and time left.

with told_progress("重建 / rebuild", total=last) as told:
    told(done)
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from msgspec import Struct

EVERY = 5.0
"""Seconds between two lines where nobody looks."""
Told = Callable[[int], None]
"""How many pieces are done in all, those of an earlier run included."""


class Pace(Struct):
    """How fast work goes since `began` [s], when `first` pieces were done already."""

    total: int
    began: float
    first: int | None = None
    done: int = 0
    now: float = 0.0

    def at(self, done: int, now: float) -> None:
        """So many are done at this moment. The first time tells what was there before."""
        if self.first is None:
            self.first = done
            self.began = now
        self.done, self.now = done, now

    @property
    def rate(self) -> float:
        """Pieces a second, 0 while nobody knows."""
        passed = self.now - self.began
        return (self.done - (self.first or 0)) / passed if passed > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to the end at this rate, None while nobody knows."""
        return max(0, self.total - self.done) / self.rate if self.rate > 0 else None


@contextmanager
def told_progress(title: str, total: int, out: TextIO | None = None) -> Iterator[Told]:
    """A function that takes how many of `total` pieces are done, as often as one likes."""
    stream = out or sys.stderr
    if stream.isatty():
        with _bar(title, total, stream) as told:
            yield told
        return
    pace, written = Pace(total, time.monotonic()), time.monotonic()

    def told_line(done: int) -> None:
        nonlocal written
        now = time.monotonic()
        pace.at(done, now)
        if now - written >= EVERY:
            written = now
            stream.write(f"{line(title, pace)}\n")
            stream.flush()

    yield told_line


@contextmanager
def _bar(title: str, total: int, stream: TextIO) -> Iterator[Told]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    pace = Pace(total, time.monotonic())
    with Progress(*columns, console=Console(file=stream)) as shown:
        task = shown.add_task(title, total=total, pace="")

        def told(done: int) -> None:
            pace.at(done, time.monotonic())
            shown.update(task, completed=done, pace=_speed(pace))

        yield told


def line(title: str, pace: Pace) -> str:
    """One line for a log."""
    share = pace.done * 100 // pace.total if pace.total else 100
    return f"{title}  {pace.done}/{pace.total}  {share} %  {_speed(pace)}"


def _speed(pace: Pace) -> str:
    left = "?" if pace.left is None else f"{int(pace.left) // 60}:{int(pace.left) % 60:02d}"
    return f"{pace.rate:.0f}/s  剩余 left {left}"
