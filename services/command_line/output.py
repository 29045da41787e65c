"""Answers: tables for people, JSON for programs."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import click
import msgspec

SHOWN_IN = ZoneInfo("Asia/Shanghai")
TEXT_WIDTH = 100
"""Cells of a line of running text at most: longer ones are hard to read."""
_TOGETHER = "\N{NO-BREAK SPACE}"
_encode = msgspec.json.Encoder(decimal_format="number").encode

json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="JSON 输出 / answer in JSON")


def tell_json(value: Any) -> None:
    """One JSON document, as UTF-8 whatever the terminal says."""
    tell_line(_encode(value))


def tell_line(line: bytes) -> None:
    """One line of bytes."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def width_of(out: TextIO) -> int | None:
    """Cells of the terminal that people look at, None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if out.isatty() else None


def tell_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """A table; times stand in the company's zone, what is absent is empty."""
    from services.command_line.tables import folded_rows, wrapped

    told, width = [list(row) for row in rows], width_of(sys.stdout)
    for paragraph in title.splitlines():
        click.echo("\n".join(wrapped(paragraph, min(width or TEXT_WIDTH, TEXT_WIDTH))))
    cells = [[_cell(value) for value in row] for row in told]
    for number, lines in enumerate(folded_rows(headings, cells, width, right=_numbers(told))):
        for line in filter(None, lines):
            text = line.replace(_TOGETHER, " ")
            click.echo(click.style(text, bold=True) if not number and "NO_COLOR" not in os.environ else text)


def _numbers(rows: Sequence[Sequence[Any]]) -> frozenset[int]:
    """The columns of numbers."""
    columns = list(zip(*rows, strict=True))
    return frozenset(place for place, column in enumerate(columns) if _are_numbers(column))


def _are_numbers(column: Sequence[Any]) -> bool:
    told = [value for value in column if value is not None and value != ""]
    return bool(told) and all(_is_number(value) for value in told)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value == "–" or value.endswith("%")
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    """In one line, an instant in one piece."""
    text = " ".join(shown(value).split())
    return text.replace(" ", _TOGETHER) if isinstance(value, datetime) else text


def shown(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "✓" if value else "✗"
        case datetime():
            return value.astimezone(SHOWN_IN).strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{value:.1f}"
        case list() | tuple() | set() | frozenset():
            return ", ".join(shown(one) for one in value)
        case _:
            return str(value)
