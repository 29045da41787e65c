"""`moldcare mail`."""

from typing import Any

import click

from services.command_line.asking import finish, settings
from services.command_line.choices import LateChoice, message_statuses
from services.command_line.completing import users
from services.command_line.output import json_option, tell_json, tell_table
from shared.runtime.settings import Settings


@click.group()
def command() -> None:
    """来信 / messages that came in."""


@command.command("list")
@click.option(
    "--status", type=LateChoice(message_statuses), default="open", show_default=True, help="哪些 / which ones"
)
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="行数 / rows")
@json_option
def list_messages(status: str, limit: int, as_json: bool) -> None:
    """来信清单：默认为待处理的 / messages, those that wait for a person unless another status is given."""
    page = finish(_page(settings(), status, limit))
    if as_json:
        tell_json(page)
        return
    headings = (
        "位置 INTAKE",
        "收到 received",
        "发件人 sender",
        "主题 subject",
        "结果 status",
        "说明 note",
        "服务单 case",
        "搁置 set aside",
    )
    tell_table(
        headings,
        [
            (
                one.position,
                one.received_at or one.stored_at,
                _sender(one),
                one.subject,
                one.status,
                _note(one),
                one.case_id or one.about_case,
                one.set_aside_by,
            )
            for one in page.items
        ],
    )


def _sender(one: Any) -> str:
    return " ".join(part for part in (one.sender_name, one.sender_address) if part)


def _note(one: Any) -> str:
    return " ".join(part for part in (one.listing, f"= {one.same_as}" if one.same_as else "", one.reason) if part)


async def _page(where: Settings, status: str, limit: int) -> Any:
    from services.command_line.ground import ground
    from services.command_line.stages import read
    from services.intake.stage import MessageQuestion

    async with ground(where, "console") as here, here.pool.connection() as connection:
        return await read("messages")(connection, here.people, MessageQuestion(status=status, limit=limit))


@command.command("set-aside")
@click.argument("position", type=click.IntRange(1, 2**63 - 1))
@click.option("--as", "actor", required=True, metavar="USER", shell_complete=users, help="操作人 / who acts")
@json_option
def set_aside(position: int, actor: str, as_json: bool) -> None:
    """搁置一封来信：无需处理 / nothing is to be done about a message; it can still be registered."""
    finish(_set_aside(settings(), position, actor))
    if as_json:
        tell_json({"position": position, "set_aside_by": actor})
    else:
        click.echo(f"已搁置 {position} / {position} is set aside")


async def _set_aside(where: Settings, position: int, actor: str) -> None:
    from services.command_line.ground import ground
    from services.command_line.stages import act, read
    from services.console.collections import MESSAGE_ROLES

    async with ground(where, "console") as here:
        async with here.pool.connection() as connection:
            (found,) = await read("staff_member")(connection, actor) or (None,)
        if found is None or not found.is_active or not set(MESSAGE_ROLES) & set(found.roles):
            needed = ", ".join(MESSAGE_ROLES)
            raise click.ClickException(f"{actor} 无此权限 / {actor} may not do this (needs: {needed})")
        if not await act("set_message_aside")(here, position, actor):
            raise click.ClickException(f"没有待处理的来信 {position} / no message waits at position {position}")


@command.command()
@json_option
def retry(as_json: bool) -> int:
    """把无法读取的来信重新读一遍 / read quarantined messages anew, with the times they came with."""
    freed, remaining = finish(_read_again(settings()))
    if as_json:
        tell_json({"freed": freed, "remaining": remaining})
    else:
        click.echo(f"已读出 {freed}，仍无法读取 {remaining} / {freed} could be read, {remaining} remain")
    return 1 if remaining else 0


async def _read_again(where: Settings) -> tuple[int, int]:
    from services.command_line.ground import ground
    from services.command_line.stages import act

    async with ground(where, "service") as here:
        freed, remaining = await act("read_messages_again")(here)
        return freed, remaining
