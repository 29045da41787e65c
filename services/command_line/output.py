"""Answers: tables for people, JSON for programs."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

SHOWN_IN = ZoneInfo("Asia/Shanghai")
_encode = msgspec.json.Encoder(decimal_format="number").encode

json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="JSON 输出 / answer in JSON")


def tell_json(value: Any) -> None:
    """One JSON document, as UTF-8 whatever the terminal says."""
    tell_line(_encode(value))


def tell_line(line: bytes) -> None:
    """One line of bytes."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def tell_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """A table; times stand in the company's zone, what is absent is empty."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*headings, title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console.width = 240
    console.print(table, markup=False)


def _cell(value: Any) -> Any:
    from rich.text import Text

    return Text(shown(value))


def shown(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "✓" if value else "✗"
        case datetime():
            return value.astimezone(SHOWN_IN).strftime("%Y-%m-%d %H:%M:%S")
        case float():
            return f"{value:.1f}"
        case list() | tuple() | set() | frozenset():
            return ", ".join(shown(one) for one in value)
        case _:
            return str(value)
