"""`moldcare outbox`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from services.command_line.asking import database, finish, settings
from services.command_line.output import json_option, tell_json, tell_table
from shared.runtime.settings import Settings

if TYPE_CHECKING:
    from shared.reactors.tasks import Task

HEADINGS = ("任务 task", "反应 reactor", "命令 command", "对象 aggregate", "原因 code", "次数 attempts", "最近 last")
REASON = 500
"""Characters of a reason at most."""


@click.group()
def command() -> None:
    """自动命令里需要人处理的 / commands that should have followed by themselves and wait for a person."""


@command.command("list")
@json_option
def list_tasks(as_json: bool) -> None:
    """放弃发送的命令与无法处理的事件 / commands that were given up, and events that a policy could not take."""
    found = finish(_tasks(settings()))
    if as_json:
        tell_json({"items": found})
    else:
        tell_table(HEADINGS, task_rows(found))


def task_rows(found: "list[Task]") -> list[tuple[Any, ...]]:
    """The cells of tasks, as their headings name them."""
    return [
        (one.name, one.reactor, one.command, one.aggregate_id, one.code, one.attempts or "", one.since) for one in found
    ]


async def _tasks(where: Settings) -> "list[Task]":
    from shared.reactors.tasks import tasks

    async with database(where) as connection:
        return await tasks(connection)


@command.command()
@click.argument("name", metavar="TASK")
@json_option
def again(name: str, as_json: bool) -> None:
    """再发一次 / have it sent again: the same command with the same id, so nothing happens twice."""
    if not finish(_again(settings(), name)):
        raise LookupError(f"没有任务 {name} / there is no task {name}")
    _tell(name, "将再次发送 / will be sent again", as_json)


def _tell(name: str, end: str, as_json: bool) -> None:
    if as_json:
        tell_json({"name": name})
    else:
        click.echo(f"{name}: {end}")


async def _again(where: Settings, name: str) -> bool:
    from services.command_line.ground import ground, opened_log
    from services.command_line.stages import STAGES
    from shared.reactors.runner import ReactorRunners
    from shared.reactors.tasks import event_of, send_again
    from shared.store.cache import Aggregates

    event = event_of(name)
    async with ground(where, "service") as here:
        if event is None:
            async with here.pool.connection() as connection:
                return await send_again(connection, name, datetime.now(UTC))
        policies = [policy for stage in STAGES for policy in stage.policies if policy.name == event[0]]
        async with opened_log(here) as store:
            runners = ReactorRunners(policies, store, Aggregates(store), here.pool)
            return any([await runner.again(event[1]) for runner in runners.each])


@command.command()
@click.argument("name", metavar="TASK")
@click.option("--reason", required=True, help="为何不再需要 / why it is not needed any more")
@json_option
def drop(name: str, reason: str, as_json: bool) -> None:
    """不再发送，并说明原因 / give it up for good, with the reason."""
    if not 1 <= len(reason.strip()) <= REASON:
        raise click.BadParameter(f"1–{REASON} 字 / characters", param_hint="--reason")
    if not finish(_drop(settings(), name, reason.strip())):
        raise LookupError(f"没有任务 {name} / there is no task {name}")
    _tell(name, "已放弃 / dropped", as_json)


async def _drop(where: Settings, name: str, reason: str) -> bool:
    from shared.reactors.tasks import drop as drop_task

    async with database(where, "service") as connection:
        return await drop_task(connection, name, reason)
