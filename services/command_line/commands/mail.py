"""`moldcare mail`."""

from typing import Any

import click

from services.command_line.asking import finish, settings
from services.command_line.choices import LateChoice, message_statuses
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
