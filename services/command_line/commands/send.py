"""`moldcare send`."""

from typing import Any, BinaryIO

import click

from services.command_line.asking import finish, settings
from services.command_line.choices import command_names, one_of
from services.command_line.completing import case_ids, users
from services.command_line.output import json_option, tell_json
from services.command_line.sending import sent, tell_answer
from shared.store.request import MAX_BODY


@click.command()
@click.argument("name", metavar="COMMAND", shell_complete=one_of(command_names))
@click.option(
    "--id", "aggregate_id", shell_complete=case_ids, help="服务单或其他对象的编号 / id of the case or other aggregate"
)
@click.option("--data", "source", type=click.File("rb"), required=True, metavar="FILE|-", help="JSON 内容 / the fields")
@click.option("--as", "user", required=True, metavar="USER", shell_complete=users, help="操作人 / who acts")
@click.option("--command-id", type=click.UUID, help="命令编号，重复发送用 / command id, for sending again")
@json_option
def command(name: str, aggregate_id: str | None, source: BinaryIO, user: str, command_id: Any, as_json: bool) -> int:
    """发送一个命令 / send one command and show its answer."""
    body, key = source.read(MAX_BODY + 1), str(command_id) if command_id is not None else None
    answer = finish(sent(settings(), name, aggregate_id, body, user=user, command_id=key))
    if as_json:
        tell_json(answer.body)
    else:
        tell_answer(answer)
    return 0 if answer.is_accepted else 1
