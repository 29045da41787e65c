"""How things stand, asked in one place for the status, the figures and the probes: what is behind, parked, waiting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import nats.errors
from msgspec import Struct
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from shared.mail.notice import REACTOR
from shared.projections.progress import Progress, progress
from shared.projections.statements import Connection
from shared.runtime.stage import Stage

LONG_LAG = 60.0
"""Seconds behind that are no longer a moment's delay."""
_REACTORS = """
select r.name, r.position, (select count(*) from runner.parked_reaction as p
    where p.reactor = r.name and p.dropped_because is null)
from runner.reactor as r order by r.name"""
_OUTBOX = """
select reactor, state, count(*) from runner.outbox where state in ('pending', 'parked')
group by reactor, state order by reactor, state"""
_LETTERS = """
select state, count(*) from runner.mail
where state in ('waiting', 'sending', 'in_doubt', 'refused', 'returned', 'expired') group by state order by state"""
_MAIL = "select status, count(*) from intake.ledger where status <> 'registered' group by status order by status"


class Reacting(Struct, frozen=True):
    """One reactor. `lag` in events behind the head; `parked` are events that its policy could not take."""

    name: str
    position: int
    lag: int
    parked: int


class Waiting(Struct, frozen=True):
    """Commands of a reactor that are `pending`, or `parked` for a person."""

    reactor: str
    state: str
    commands: int


class Channel(Struct, frozen=True):
    """Messages of a channel: `waiting` for our worker; `listed` or `quarantined`, waiting for a person."""

    channel: str
    status: str
    messages: int


class Letters(Struct, frozen=True):
    """Letters to customers that are `waiting` or `sending`; in any other state a person decides about them."""

    state: str
    letters: int


class Condition(Struct, frozen=True):
    """How things stand against the last event of the log."""

    last_sequence: int
    projections: list[Progress]
    reactors: list[Reacting]
    outbox: list[Waiting]
    channels: list[Channel]
    letters: list[Letters] = []

    def of(self, stages: Sequence[Stage]) -> "Condition":
        """The part that these stages answer for."""
        models = {one.name for stage in stages for one in stage.projections}
        reactors = {one.name for stage in stages for one in stage.policies}
        channels = {name for stage in stages for name in stage.queues}
        return Condition(
            self.last_sequence,
            [one for one in self.projections if one.name in models],
            [one for one in self.reactors if one.name in reactors],
            [one for one in self.outbox if one.reactor in reactors],
            [one for one in self.channels if one.channel in channels],
            self.letters if REACTOR in reactors else [],
        )


def is_behind(build: Progress) -> bool:
    """Whether a read model lacks events for longer than a moment."""
    return bool(build.lag) and build.seconds > LONG_LAG


async def condition(connection: Connection, last: int, now: datetime, backlog: Mapping[str, int]) -> Condition:
    """How things stand when the log ends at `last`; `backlog` is what `backlog_of` found."""
    builds = await progress(connection, last, now)
    reactors = await _rows(connection, _REACTORS)
    mail = [("EMAIL", *row) for row in await _rows(connection, _MAIL)]
    waiting = [(channel, "waiting", messages) for channel, messages in backlog.items()]
    return Condition(
        last,
        [one for one in builds if one.status != "retired"],
        [Reacting(name, at, max(0, last - at), parked) for name, at, parked in reactors],
        [Waiting(*row) for row in await _rows(connection, _OUTBOX)],
        [Channel(*row) for row in (*waiting, *mail)],
        [Letters(*row) for row in await _rows(connection, _LETTERS)],
    )


async def backlog_of(client: Client, stages: Sequence[Stage]) -> dict[str, int]:
    """Messages that wait for the workers of these stages, by channel; none for one that never ran.

    Raises: ConnectionError.
    """
    found: dict[str, int] = {}
    queues = {channel: queue for stage in stages for channel, queue in stage.queues.items()}
    for channel, (stream, durable) in queues.items():
        try:
            state = await client.jetstream().consumer_info(stream, durable)
        except NotFoundError:
            continue
        except (nats.errors.Error, TimeoutError) as error:
            raise ConnectionError(f"{stream} does not answer") from error
        found[channel] = (state.num_pending or 0) + (state.num_ack_pending or 0)
    return found


async def _rows(connection: Connection, text: str) -> list[tuple[Any, ...]]:
    return await (await connection.execute(text.encode())).fetchall()
