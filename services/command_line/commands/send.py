"""`moldcare send`."""

import sys
from typing import Any, BinaryIO

import click

from services.command_line.asking import finish, settings
from services.command_line.output import json_option, tell_json, tell_table
from shared.runtime.settings import Settings
from shared.store.request import Answer


@click.command()
@click.argument("name", metavar="COMMAND")
@click.option("--id", "aggregate_id", help="服务单或其他对象的编号 / id of the case or other aggregate")
@click.option("--data", "source", type=click.File("rb"), required=True, metavar="FILE|-", help="JSON 内容 / the fields")
@click.option("--as", "user", required=True, metavar="USER", help="操作人 / who acts")
@click.option("--command-id", type=click.UUID, help="命令编号，重复发送用 / command id, for sending again")
@json_option
def command(name: str, aggregate_id: str | None, source: BinaryIO, user: str, command_id: Any, as_json: bool) -> int:
    """发送一个命令 / send one command and show its answer."""
    from shared.store.request import MAX_BODY

    body = source.read(MAX_BODY + 1)
    answer = finish(_ask(settings(), name, aggregate_id, body, user=user, command_id=command_id))
    if as_json:
        tell_json(answer.body)
    else:
        _tell(answer)
    return 0 if answer.is_accepted else 1


async def _ask(
    where: Settings, name: str, aggregate_id: str | None, body: bytes, *, user: str, command_id: Any
) -> Answer:
    from services.command_line.stages import service_of
    from shared.masters.staff import SYSTEM_USER
    from shared.runtime.clock import SystemClock
    from shared.runtime.identity import ActorSigner, deployment_key
    from shared.store.commands import CommandClient, Outgoing, new_command_id
    from shared.store.connection import connect
    from shared.store.order import Fault
    from shared.store.problem import problem
    from shared.store.request import MAX_BODY

    service = service_of(name)
    if service is None:
        return problem([Fault("H-404", "no_such_command")])
    access, is_large = where.access("console"), len(body) > MAX_BODY
    signer = ActorSigner(deployment_key(where.keys))
    outgoing = Outgoing(
        service=service,
        command=name,
        aggregate_id=aggregate_id,
        command_id=str(command_id or new_command_id()),
        token=signer.sign(user, SystemClock().now(), system=user == SYSTEM_USER),
        body_fault=413 if is_large else 0,
    )
    client = await connect(access, name="moldcare send")
    try:
        return await CommandClient(client).ask(outgoing, b"" if is_large else body)
    finally:
        await client.close()


def _tell(answer: Answer) -> None:
    body = answer.body
    if answer.is_accepted:
        rows = [(body["id"], body["version"], body["sequence"], body["state"], body["event"]["type"], answer.status)]
        tell_table(("编号 id", "版本 version", "位置 sequence", "状态 state", "事件 event", ""), rows)
        return
    click.echo(f"{body['status']} {body['code']}", file=sys.stderr)
    for error in body["errors"]:
        click.echo(f"  {error['code']} {error['field']} {error['message']}".replace("  ", " "), file=sys.stderr)
