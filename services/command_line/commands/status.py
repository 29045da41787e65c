"""`moldcare status`."""

from datetime import UTC, datetime
from typing import Any

import click

from services.command_line.asking import database, event_log, finish, settings
from services.command_line.output import json_option, tell_json, tell_table
from shared.projections.scope import EVERYTHING
from shared.runtime.settings import Settings

_REACTORS = "select name, position from runner.reactor order by name"
_WAITING = """
select state, count(*) from runner.outbox where state in ('pending', 'parked') group by state order by state"""
_CHANNELS = "select 'EMAIL', status, count(*) from intake.ledger group by status order by status"


@click.command()
@json_option
def command(as_json: bool) -> int:
    """运行状态：滞后、隔离、时钟、渠道、日志 / lag, quarantine, clocks, channels, log."""
    found = finish(_status(settings()))
    if as_json:
        tell_json(found)
    else:
        _tell(found)
    return 1 if any(one.paused or one.parked_events for one in found["projections"]) else 0


async def _status(where: Settings) -> dict[str, Any]:
    from services.command_line.stages import read
    from shared.projections.progress import parked_events, progress

    async with event_log(where) as store:
        last = await store.last()
    now = datetime.now(UTC)
    async with database(where) as connection:

        async def rows(text: str) -> list[Any]:
            return [list(row) for row in await (await connection.execute(text.encode())).fetchall()]

        builds = await progress(connection, last, now)
        return {
            "last_sequence": last,
            "projections": [one for one in builds if one.status != "retired"],
            "quarantine": await parked_events(connection),
            "reactors": [{"name": name, "position": at, "lag": last - at} for name, at in await rows(_REACTORS)],
            "outbox": dict(await rows(_WAITING)),
            "clocks": {"overdue_responses": len(await read("overdue")(connection, now, EVERYTHING))},
            "channels": [{"channel": a, "status": b, "messages": n} for a, b, n in await rows(_CHANNELS)],
        }


def _tell(found: dict[str, Any]) -> None:
    click.echo(f"日志位置 / log at {found['last_sequence']}")
    click.echo(f"超时未响应 / overdue responses {found['clocks']['overdue_responses']}")
    headings = ("读模型 projection", "表 table", "位置 position", "滞后 lag", "秒 s", "隔离 parked", "暂停 paused")
    rows = [
        (one.name, one.table, one.position, one.lag, one.seconds, one.parked_events, one.paused)
        for one in found["projections"]
    ]
    tell_table(headings, rows)
    tell_table(
        ("反应 reactor", "位置 position", "滞后 lag"),
        [(one["name"], one["position"], one["lag"]) for one in found["reactors"]],
    )
    if found["quarantine"]:
        parked = [(one.name, one.subject, one.sequence, one.type, one.error) for one in found["quarantine"]]
        tell_table(("隔离 quarantine", "对象 subject", "位置 sequence", "事件 event", "原因 reason"), parked)
    if found["channels"]:
        tell_table(("渠道 channel", "", "条 messages"), [tuple(one.values()) for one in found["channels"]])
