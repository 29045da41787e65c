"""`moldcare sla`."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from services.command_line.asking import finish, settings
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False)


def _instant(context: click.Context, parameter: click.Parameter, value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise click.BadParameter(f"{value} 应为日期或时间 / {value} is no date and no time")
    return value


@click.group()
def command() -> None:
    """服务时限：在过去的服务单上试算 / service levels: try a draft on past cases."""


@command.command()
@click.option("--policy", type=_FILE, help="时限政策草案 / a draft of the service levels")
@click.option("--calendar", type=_FILE, help="日历草案 / a draft of the calendar")
@click.option(
    "--from", "start", type=MOMENT, required=True, callback=_instant, metavar="TIME", help="收到时间自 / received from"
)
@click.option(
    "--to",
    "end",
    type=MOMENT,
    required=True,
    callback=_instant,
    metavar="TIME",
    help="至（不含）/ up to, not including",
)
@click.option("--out", type=_OUT, help="写出发布命令的正文 / write the body of the command that publishes the draft")
@json_option
def simulate(
    policy: Path | None, calendar: Path | None, start: datetime, end: datetime, out: Path | None, as_json: bool
) -> int:
    """用草案重算过去的时限，与原来比较，什么也不写 / past clocks under a draft, beside what was; writes nothing.

    只给一种草案时，另一种仍按各服务单原有的 / a draft of one alone leaves to each case the other that it had.
    """
    _make_sure(policy, calendar, out, start, end)
    from services.command_line.sending import tell_answer
    from services.command_line.simulating import DraftFiles, tell, tell_publishing, tried
    from shared.store.order import Refused
    from shared.store.problem import problem

    try:
        found = finish(tried(settings(), DraftFiles(policy, calendar), start, end))
    except Refused as refused:
        answer = problem(refused.faults)
        if as_json:
            tell_json(answer.body)
        else:
            tell_answer(answer)
        return 1
    if out is not None:
        _write(out, found.publications[0].body)
    if as_json:
        tell_json(found)
        return 0
    tell(found)
    tell_publishing(found.publications, {one.id: out for one in found.publications})
    return 0


def _make_sure(policy: Path | None, calendar: Path | None, out: Path | None, start: datetime, end: datetime) -> None:
    """Raises: click.UsageError for what cannot be tried."""
    if policy is None and calendar is None:
        raise click.UsageError("给出 --policy 或 --calendar / name a draft: --policy, --calendar or both")
    if out is not None and policy is not None and calendar is not None:
        raise click.UsageError("--out 一次只写一种草案 / --out writes one draft: try them together, then one by one")
    if start >= end:
        raise click.UsageError("--to 应在 --from 之后 / --to must be after --from")


def _write(out: Path, body: dict[str, Any]) -> None:
    import msgspec

    out.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n")
