"""`moldcare status`."""

from datetime import UTC, datetime
from typing import Any

import click

from services.command_line.asking import database, finish, nats, settings
from services.command_line.output import json_option, tell_json, tell_table
from shared.projections.scope import EVERYTHING
from shared.runtime.settings import Settings


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
    from services.command_line.calendars import calendar_in_force
    from services.command_line.condition import backlog_of, condition
    from services.command_line.stages import STAGES, read
    from shared.projections.progress import parked_events
    from shared.store.jetstream import JetStreamStore

    now = datetime.now(UTC)
    async with nats(where) as client, JetStreamStore(client) as store:
        last, backlog = await store.last(), await backlog_of(client, STAGES)
        calendar = await calendar_in_force(store, now)
    async with database(where) as connection:
        found = await condition(connection, last, now, backlog)
        return {
            "last_sequence": last,
            "projections": found.projections,
            "quarantine": await parked_events(connection),
            "reactors": found.reactors,
            "outbox": found.outbox,
            "clocks": {"overdue_responses": len(await read("overdue")(connection, now, EVERYTHING))},
            "channels": found.channels,
            "calendar": {"version": calendar.version, "unconfirmed_from": calendar.unconfirmed_from},
        }


def _tell(found: dict[str, Any]) -> None:
    click.echo(f"日志位置 / log at {found['last_sequence']}")
    click.echo(f"超时未响应 / overdue responses {found['clocks']['overdue_responses']}")
    if (day := found["calendar"]["unconfirmed_from"]) is not None:
        click.echo(f"日历自 {day} 起未确认，请导入放假通知 / no official days from {day} on: import the notice")
    headings = ("读模型 projection", "表 table", "", "位置 position", "滞后 lag", "秒 s", "隔离 parked", "暂停 paused")
    rows = [
        (one.name, one.table, one.status, one.position, one.lag, one.seconds, one.parked_events, one.paused)
        for one in found["projections"]
    ]
    tell_table(headings, rows)
    tell_table(
        ("反应 reactor", "位置 position", "滞后 lag", "隔离 parked"),
        [(one.name, one.position, one.lag, one.parked) for one in found["reactors"]],
    )
    if found["outbox"]:
        waiting = [(one.reactor, one.state, one.commands) for one in found["outbox"]]
        tell_table(("待发 outbox", "状态 state", "命令 commands"), waiting)
    if found["quarantine"]:
        parked = [(one.name, one.subject, one.sequence, one.type, one.error) for one in found["quarantine"]]
        tell_table(("隔离 quarantine", "对象 subject", "位置 sequence", "事件 event", "原因 reason"), parked)
    if found["channels"]:
        channels = [(one.channel, one.status, one.messages) for one in found["channels"]]
        tell_table(("渠道 channel", "状态 status", "条 messages"), channels)
