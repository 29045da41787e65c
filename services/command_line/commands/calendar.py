"""`moldcare calendar`."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from services.command_line.asking import event_log, finish, settings
from services.command_line.completing import users
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json, tell_line
from services.command_line.sending import sent, tell_answer
from shared.runtime.settings import Settings

if TYPE_CHECKING:
    from services.command_line.calendars import CalendarInForce
    from shared.events.policy import CalendarContent
    from shared.store.request import Answer

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_CHUNK = 1 << 16
_base = click.option(
    "--calendar", "base", type=_FILE, help="日历文件，默认为现行日历 / a calendar file, else the calendar in force"
)
_json = click.option(
    "--json", is_flag=True, expose_value=False, help="错误也用 JSON / errors in JSON too; answers always are"
)


@click.group()
def command() -> None:
    """业务日历 / the calendar of business hours: show, check, draft and publish it."""


@command.command()
@_json
def show() -> None:
    """输出现行日历文件 / the calendar in force, as a calendar file."""
    from services.command_line.calendars import file_of

    tell_line(file_of(finish(_in_force(settings())).content))


@command.command()
@_base
@_json
def evaluate(base: Path | None) -> int:
    """逐行回答工作时间问题，核对日历 / business time: JSON lines in, JSON lines out."""
    from services.command_line.evaluating import answered
    from shared.clocks.calendar import Calendar

    calendar, failed, out = Calendar.of(_content(base)), 0, sys.stdout.buffer
    for lines in _arriving(sys.stdin.buffer):
        answers = [answered(calendar, line) for line in filter(bytes.strip, lines)]
        out.write(b"".join(answer + b"\n" for answer, _ in answers))
        out.flush()
        failed += sum(not is_result for _, is_result in answers)
    return 1 if failed else 0


def _arriving(source: Any) -> Iterator[list[bytes]]:
    """Whole lines as they come, all that are there at once: a flush for each would cost more than its answer."""
    rest = b""
    while chunk := source.read1(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
    yield [rest]


@command.command("import")
@click.argument("notice", metavar="FILE", type=_FILE)
@_base
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="草案文件 / where to write it")
@click.option(
    "--provisional-from",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="此日起未确认 / unconfirmed from then on",
)
@_json
def import_(notice: Path, base: Path | None, output: Path | None, provisional_from: datetime | None) -> int:
    """把放假通知叠加到日历上，得到草案，不发布 / lay a notice of days off over a calendar: a draft, not published."""
    from services.administration.stage import NoticeRefused, drafted
    from services.command_line.calendars import file_of, tell_changes, tell_refused

    before = _content(base)
    try:
        after = drafted(before, notice.read_bytes())
    except NoticeRefused as refused:
        tell_refused(refused.faults)
        return 1
    if provisional_from is not None:
        after = msgspec.structs.replace(after, provisional_from=provisional_from.date())
    if output is None:
        tell_line(file_of(after))
    else:
        output.write_bytes(file_of(after) + b"\n")
    tell_changes(before, after)
    return 0


@command.command()
@click.argument("file", type=_FILE)
@click.option(
    "--from",
    "effective_from",
    metavar="TIME",
    type=MOMENT,
    help="生效时间，默认为现在 / when it takes effect, else now",
)
@click.option("--drafted-by", metavar="USER", shell_complete=users, help="起草人 / who drafted it, else who acts")
@click.option("--as", "user", required=True, metavar="USER", shell_complete=users, help="操作人 / who acts")
@json_option
def publish(file: Path, effective_from: object, drafted_by: str | None, user: str, as_json: bool) -> int:
    """发布日历的下一版 / publish a calendar file as the next version."""
    if isinstance(effective_from, int):
        raise click.UsageError("--from 须为时间 / is an instant")
    told = {"content": msgspec.json.decode(msgspec.json.encode(_content(file))), "drafted_by": drafted_by or user}
    answer = finish(_publish(settings(), told, effective_from, user))
    if as_json:
        tell_json(answer.body)
    else:
        tell_answer(answer)
    return 0 if answer.is_accepted else 1


async def _publish(where: Settings, told: dict[str, Any], effective_from: Any, user: str) -> "Answer":
    from shared.clocks.policy import CALENDAR

    newest = (await _in_force(where)).newest
    told |= {"version": newest + 1, "effective_from": effective_from or datetime.now(UTC)}
    return await sent(where, "PublishCalendar", CALENDAR, msgspec.json.encode(told), user=user)


def _content(base: Path | None) -> "CalendarContent":
    from services.command_line.evaluating import calendar_of

    return calendar_of(base.read_bytes()) if base is not None else finish(_in_force(settings())).content


async def _in_force(where: Settings) -> "CalendarInForce":
    from services.command_line.calendars import calendar_in_force

    async with event_log(where) as store:
        return await calendar_in_force(store, datetime.now(UTC))
