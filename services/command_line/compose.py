"""Builds the services of a process from their stages: commands answered, read models followed, reactions sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any

import nats.errors
from msgspec import Struct

from services.command_line.far import send_far
from services.command_line.ground import Ground, ground, opened_log
from shared.mail.notice import REACTOR
from shared.mail.relay import relay_of
from shared.mail.sender import MailSender
from shared.mail.writing import Writer
from shared.people.sealer import EventSealer
from shared.projections.materializer import Workplace
from shared.projections.progress import farthest_position
from shared.projections.statements import Pool
from shared.reactors.leader import Leader
from shared.reactors.runner import ReactorRunners
from shared.reactors.sender import Sender
from shared.reactors.timer import TICK, Timer
from shared.runtime.broker import broker_of
from shared.runtime.clock import Clock
from shared.runtime.settings import Settings
from shared.runtime.stage import Stage, commands_of
from shared.store.admission import Admission
from shared.store.cache import Aggregates
from shared.store.connection import end
from shared.store.evidence import StoredEvidence
from shared.store.follow import Follower
from shared.store.handle import CommandHandler
from shared.store.jetstream import JetStreamStore
from shared.store.port import EventStore
from shared.store.serving import serve_commands

DRAFTS_KEPT = 86_400
"""Seconds that a half-stored file of a crash may be: no upload takes a day."""


class Services(Struct, frozen=True, kw_only=True):
    """Running services of one process."""

    ground: Ground
    store: JetStreamStore
    follower: Follower
    following: asyncio.Task[None]


@asynccontextmanager
async def services(
    settings: Settings, stages: Sequence[Stage], clock: Clock | None = None, *, tick: float = TICK
) -> AsyncIterator[Services]:
    """These stages as services, answering until left; reactors act every `tick` seconds.

    Raises: IntegrityError before it answers; BadSetting for an inlet that cannot be opened; as `ground`.
    """
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ground(settings, "service", clock))
        await asyncio.to_thread(here.files.sweep, time.time() - DRAFTS_KEPT)
        store = await stack.enter_async_context(opened_log(here))
        await make_sure_nothing_is_lost(store, here.pool)
        aggregates = Aggregates(store)
        follower = follower_of(here, store, aggregates, stages)
        task = asyncio.create_task(follower.run(), name="follower")
        stack.push_async_callback(ended, task)
        timers = [timer_of(here, store, aggregates, stage, tick) for stage in stages if stage.policies]
        for timer in timers:
            await timer.begin()
        await stack.enter_async_context(answering(here, store, aggregates, stages))
        for timer in (*timers, *mail_timer(here, store, aggregates, stages, tick)):
            timer.start()
            stack.push_async_callback(timer.stop)
        for inlet in (inlet for stage in stages for inlet in stage.inlets):
            await stack.enter_async_context(inlet(here))
        yield Services(ground=here, store=store, follower=follower, following=task)


async def make_sure_nothing_is_lost(store: EventStore, pool: Pool) -> None:
    """A log with gaps, or one that ends before what its read models hold, is no ground. Raises: IntegrityError."""
    await store.make_sure_of_all()
    async with pool.connection() as connection:
        position = await farthest_position(connection)
    batches: Any = store.read(position)
    async with aclosing(batches):
        async for _ in batches:
            return


def handler_of(here: Ground, store: EventStore, aggregates: Aggregates, stages: Sequence[Stage]) -> CommandHandler:
    """What answers the commands of these stages."""
    return CommandHandler(
        store,
        aggregates,
        Admission(aggregates, commands_of(stages), here.verifier, here.pepper),
        sealer=EventSealer(here.people, here.raw),
        evidence=StoredEvidence(here.files, here.raw),
        clock=here.clock,
    )


@asynccontextmanager
async def answering(
    here: Ground, store: JetStreamStore, aggregates: Aggregates, stages: Sequence[Stage]
) -> AsyncIterator[None]:
    """The commands of these stages are answered while this is open; those begun are finished when it closes."""
    broker = broker_of(here.access, "moldcare commands")
    for stage in stages:
        serve_commands(broker, stage.name, handler_of(here, store, aggregates, [stage]))
        for subscribe in stage.workers:
            subscribe(broker, here)
    connection = await broker.connect()
    await broker.start()
    try:
        await here.client.flush()
        yield
    finally:
        try:
            await broker.stop()
        except nats.errors.Error:
            # The server is away, and with it whoever could be answered.
            await end(connection)


def follower_of(here: Ground, store: JetStreamStore, aggregates: Aggregates, stages: Sequence[Stage]) -> Follower:
    """The one reader of the log in this process."""
    return Follower(
        Workplace(store, here.pool, here.opener),
        [projection for stage in stages for projection in stage.projections],
        observers=(aggregates.observe,),
        send_far=send_far(here.settings),
    )


def timer_of(here: Ground, store: JetStreamStore, aggregates: Aggregates, stage: Stage, tick: float) -> Timer:
    """What lets the policies of one stage act, in one process of all that run it."""
    reactors = ReactorRunners(stage.policies, store, aggregates, here.pool)
    return Timer(
        Leader(here.access.postgres, f"timer {stage.name}"),
        reactors,
        Sender(reactors.names, here.pool, here.commands, here.signer, here.clock, here.people),
        seconds=tick,
    )


def mail_timer(
    here: Ground, store: EventStore, aggregates: Aggregates, stages: Sequence[Stage], tick: float
) -> Iterator[Timer]:
    """What sends mail, where a stage asks for any and a server is named; else the mail waits. Raises: BadSetting."""
    relay = relay_of(here.settings.environment)
    if relay is not None and any(one.name == REACTOR for stage in stages for one in stage.policies):
        writer = Writer(relay, here.people, here.files, here.raw, here.clock)
        sender = MailSender(here.pool, aggregates, relay, writer, here.clock)
        nobody = ReactorRunners((), store, aggregates, here.pool)
        yield Timer(Leader(here.access.postgres, "mail"), nobody, sender, seconds=tick)


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it is gone; its own failure was seen by whoever watched it."""
    task.cancel()
    await asyncio.wait([task])
