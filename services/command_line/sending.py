"""One command, sent as whoever the command line names: whoever can read the keys may act for anybody."""

import click

from services.command_line.output import tell_table
from shared.runtime.settings import Settings
from shared.store.request import MAX_BODY, Answer


async def sent(
    where: Settings, name: str, aggregate_id: str | None, body: bytes, *, user: str, command_id: str | None = None
) -> Answer:
    """The service's answer. Raises: NotRunning, BadSetting, OSError."""
    from services.command_line.stages import service_of
    from shared.masters.staff import SYSTEM_USER
    from shared.runtime.clock import SystemClock
    from shared.runtime.identity import ActorSigner, deployment_key
    from shared.store.commands import CommandClient, Outgoing, new_command_id
    from shared.store.connection import connect
    from shared.store.order import Fault
    from shared.store.problem import problem

    service = service_of(name)
    if service is None:
        return problem([Fault("H-404", "no_such_command")])
    access, is_large = where.access("console"), len(body) > MAX_BODY
    signer = ActorSigner(deployment_key(where.keys))
    outgoing = Outgoing(
        service=service,
        command=name,
        aggregate_id=aggregate_id,
        command_id=command_id or new_command_id(),
        token=signer.sign(user, SystemClock().now(), system=user == SYSTEM_USER),
        body_fault=413 if is_large else 0,
    )
    client = await connect(access, name="moldcare send")
    try:
        return await CommandClient(client).ask(outgoing, b"" if is_large else body)
    finally:
        await client.close()


def tell_answer(answer: Answer) -> None:
    """What the command made, or every fault in a line."""
    body = answer.body
    if answer.is_accepted:
        rows = [(body["id"], body["version"], body["sequence"], body["state"], body["event"]["type"], answer.status)]
        tell_table(("编号 id", "版本 version", "位置 sequence", "状态 state", "事件 event", ""), rows)
        return
    click.echo(f"{body['status']} {body['code']}", err=True)
    for error in body["errors"]:
        told = " ".join(filter(None, (error["code"], error["field"], error["message"])))
        click.echo(f"  {told}", err=True)
