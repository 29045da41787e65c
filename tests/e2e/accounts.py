"""Checks the log by means of its own: nats-py and hashlib, nothing of the product but the names of streams."""

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

import nats
from msgspec import Struct
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.runtime.settings import Access
from tests.e2e.numbered import MARK, Told


class Entry(Struct, frozen=True):
    """One event as the server holds it."""

    sequence: int
    aggregate: str
    version: int
    meta: Mapping[str, Any]
    data: Mapping[str, Any]

    @property
    def number(self) -> int | None:
        """The number that its client gave it, None when it comes from elsewhere."""
        device = str(self.meta.get("source_device", ""))
        return int(device.removeprefix(MARK)) if device.startswith(MARK) else None


async def the_log(access: Access) -> list[Entry]:
    """All events in the order of the log; positions, versions and hashes are checked on the way."""
    entries: list[Entry] = []
    chains: dict[str, tuple[int, str]] = {}
    async for sequence, subject, payload in _messages(access):
        assert sequence == len(entries) + 1, f"position {sequence} follows {len(entries)}"
        told = json.loads(payload)
        meta = told["meta"]
        version, last = chains.get(subject, (0, ""))
        assert meta["version"] == version + 1, f"{subject}: version {meta['version']} follows {version}"
        assert meta.get("prev", "") == last, f"{subject}: version {version + 1} does not follow what stands before it"
        chains[subject] = (version + 1, hashlib.sha256(last.encode() + payload).hexdigest())
        entries.append(Entry(sequence, subject.rpartition(".")[2], version + 1, meta, told["data"]))
    return entries


async def _messages(access: Access) -> AsyncIterator[tuple[int, str, bytes]]:
    """Position, subject and payload of every message."""
    client = await nats.connect(
        access.nats_url,
        user=access.nats_user,
        password=access.nats_password,
        inbox_prefix=access.inbox_prefix.encode(),
    )
    try:
        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE)
        jetstream = client.jetstream()
        last = (await jetstream.stream_info("EVENTS")).state.last_seq
        pull = await jetstream.pull_subscribe("evt.*.*", stream="EVENTS", config=config)
        reached = 0
        while reached < last:
            for message in await pull.fetch(500, timeout=5):
                reached = message.metadata.sequence.stream
                yield reached, message.subject, message.data
    finally:
        await client.close()


def check_numbers(entries: Sequence[Entry], told: Sequence[Told], given_up: Collection[int]) -> int:
    """Acknowledged numbers stand once, where their clients were told and in that order; others at most once.

    Answers how many of the numbers that were given up stand in the log.
    """
    stored: dict[int, Entry] = {}
    for entry in entries:
        if entry.number is not None:
            assert entry.number not in stored, f"number {entry.number} stands twice"
            stored[entry.number] = entry
    reached: dict[tuple[int, str], int] = {}
    for one in told:
        found = stored.pop(one.number, None)
        assert found is not None, f"number {one.number} was acknowledged and is not there"
        assert (found.aggregate, found.version, found.sequence) == (one.aggregate, one.version, one.sequence), one
        whose = (one.client, one.aggregate)
        assert reached.get(whose, 0) < one.version, f"{one} was told after version {reached[whose]}"
        reached[whose] = one.version
    assert stored.keys() <= set(given_up)
    return len(stored)


def check_mails(entries: Sequence[Entry], files: Sequence[Mapping[str, Any]]) -> None:
    """Every file has a case of its own, which begins with that message; no message has two."""
    cases = [entry.aggregate for entry in entries if entry.data.get("channel") == "EMAIL"]
    assert sorted(cases) == sorted(str(one["case_id"]) for one in files)
    assert len(set(cases)) == len(files)
