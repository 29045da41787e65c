"""Bare: the events of one subject by one batched Direct Get, decoded, with versions and hash chain checked."""

import asyncio
import json
from hashlib import sha256

import msgspec
from nats.aio.client import Client


class Meta(msgspec.Struct):
    version: int
    event_id: str
    prev: str = ""


class Envelope(msgspec.Struct):
    meta: Meta
    data: msgspec.Raw


decode = msgspec.json.Decoder(Envelope).decode


class Loader:
    """One subscription for all answers; each question has a number of its own."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.inbox = client.new_inbox()
        self.asked = 0
        self.parts: list = []
        self.done: asyncio.Future | None = None

    async def start(self) -> None:
        await self.client.subscribe(f"{self.inbox}.*", cb=self.take)
        await self.client.flush()

    async def take(self, message) -> None:
        if message.headers.get("Status"):
            self.done.set_result(None)
        else:
            self.parts.append(message)

    async def load(self, subject: str) -> list[Envelope]:
        self.asked += 1
        self.parts, self.done = [], asyncio.get_running_loop().create_future()
        question = json.dumps({"seq": 1, "next_by_subj": subject, "batch": 1000}).encode()
        await self.client.publish("$JS.API.DIRECT.GET.EVENTS", question, reply=f"{self.inbox}.{self.asked}")
        await self.done
        events, prev = [], ""
        for version, message in enumerate(self.parts, 1):
            envelope = decode(message.data)
            if envelope.meta.version != version or envelope.meta.prev != prev:
                raise ValueError(f"{subject}: the chain is broken")
            prev = sha256(prev.encode() + message.data).hexdigest()
            events.append(envelope)
        return events
