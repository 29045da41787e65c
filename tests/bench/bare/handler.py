"""Bare: a FastStream handler that does one guarded publish of what it was sent, with a hash as message id."""

import asyncio
import os
import sys
from hashlib import sha256

import uvloop
from faststream.nats import NatsBroker, NatsMessage
from faststream.nats.security import NatsUserPassword

broker = NatsBroker(
    [os.environ["NATS_URL"]],
    security=NatsUserPassword(username=os.environ["NATS_USER"], password=os.environ["NATS_PASSWORD"]),
    inbox_prefix="_INBOX_service",
    logger=None,
)


async def undecoded(message: NatsMessage) -> bytes:
    return message.body


@broker.subscriber("cmd.bare.*", queue="bare", max_workers=64, decoder=undecoded)
async def handle(message: NatsMessage) -> bytes:
    body = message.body
    acknowledged = await broker.publish(
        body,
        message.headers["Subject"],
        headers={
            "Nats-Msg-Id": sha256(message.headers["Command-Id"].encode() + body).hexdigest(),
            "Nats-Expected-Last-Subject-Sequence": message.headers["Expected"],
        },
        stream="EVENTS",
    )
    return b'{"status":201,"sequence":%d}' % acknowledged.seq


async def main() -> None:
    await broker.start()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await broker.stop()


if __name__ == "__main__":
    uvloop.run(main())
