"""`moldcare calendar`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.command_line.asking import event_log, finish, settings
from shared.runtime.settings import Settings

if TYPE_CHECKING:
    from services.command_line.calendars import CalendarInForce
    from shared.events.policy import CalendarContent

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_base = click.option(
    "--calendar", "base", type=_FILE, help="日历文件，默认为现行日历 / a calendar file, else the calendar in force"
)
_json = click.option(
    "--json", is_flag=True, expose_value=False, help="错误也用 JSON / errors in JSON too; answers always are"
)


@click.group()
def command() -> None:
    """业务日历：查看、核对、起草 / the calendar of business hours: show, check, draft."""


@command.command()
@_base
@_json
def evaluate(base: Path | None) -> int:
    """逐行回答工作时间问题，核对日历 / business time: JSON lines in, JSON lines out."""
    from services.command_line.evaluating import answered
    from shared.clocks.calendar import Calendar

    calendar, failed, out = Calendar.of(_content(base)), 0, sys.stdout.buffer
    for line in filter(bytes.strip, sys.stdin.buffer):
        answer, is_result = answered(calendar, line)
        out.write(answer + b"\n")
        out.flush()
        failed += not is_result
    return 1 if failed else 0


def _content(base: Path | None) -> "CalendarContent":
    from services.command_line.evaluating import calendar_of

    return calendar_of(base.read_bytes()) if base is not None else finish(_in_force(settings())).content


async def _in_force(where: Settings) -> "CalendarInForce":
    from services.command_line.calendars import calendar_in_force

    async with event_log(where) as store:
        return await calendar_in_force(store, datetime.now(UTC))
