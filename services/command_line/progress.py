"""How far long work has come, on stderr: a bar with rate and time left in a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_PAUSE = 5.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """Answers what is called after each of `total` pieces."""
    if sys.stderr.isatty():
        yield from _bar(total)
    else:
        yield from _lines(total)


def _bar(total: int) -> Iterator[Callable[[], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task, began, done = bar.add_task("", total=total, speed=0.0), time.monotonic(), 0

        def advance() -> None:
            nonlocal done
            done += 1
            bar.update(task, advance=1, speed=done / max(time.monotonic() - began, 1e-3))

        yield advance


def _lines(total: int) -> Iterator[Callable[[], None]]:
    began = told = time.monotonic()
    done = 0

    def advance() -> None:
        nonlocal told, done
        done += 1
        now = time.monotonic()
        if now - told >= _PAUSE:
            told, rate = now, done / (now - began)
            left = (total - done) / rate
            click.echo(f"{done}/{total} {rate:.0f}/s 还需 / left {left:.0f} s", err=True)

    yield advance
