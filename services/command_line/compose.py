"""Builds the services of a process from their stages: commands answered, read models followed, reactions sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fast_depends.msgspec import MsgSpecSerializer
from faststream.nats import NatsBroker
from faststream.security import SASLPlaintext
from msgspec import Struct

from services.command_line.far import send_far
from services.command_line.ground import Ground, ground, opened_log
from shared.people.sealer import EventSealer
from shared.projections.materializer import Workplace
from shared.reactors.leader import Leader
from shared.reactors.runner import ReactorRunner
from shared.reactors.sender import Sender
from shared.reactors.timer import TICK, Timer
from shared.runtime.clock import Clock
from shared.runtime.settings import Settings
from shared.runtime.stage import Stage, commands_of
from shared.store.admission import Admission
from shared.store.cache import Aggregates
from shared.store.commands import serve_commands
from shared.store.evidence import StoredEvidence
from shared.store.follow import Follower
from shared.store.handle import CommandHandler
from shared.store.jetstream import JetStreamStore
from shared.store.port import EventStore

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
    """These stages as services, answering until left; reactors act every `tick` seconds. Raises: as `ground`."""
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ground(settings, "service", clock))
        await asyncio.to_thread(here.files.sweep, time.time() - DRAFTS_KEPT)
        store = await stack.enter_async_context(opened_log(here))
        aggregates = Aggregates(store)
        follower = follower_of(here, store, aggregates, stages)
        task = asyncio.create_task(follower.run(), name="follower")
        stack.push_async_callback(ended, task)
        await stack.enter_async_context(answering(here, store, aggregates, stages))
        for stage in stages:
            if stage.policies:
                timer = timer_of(here, store, aggregates, stage, tick)
                timer.start()
                stack.push_async_callback(timer.stop)
        yield Services(ground=here, store=store, follower=follower, following=task)


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
    broker = NatsBroker(
        [url.strip() for url in here.access.nats_url.split(",")],
        name="moldcare commands",
        security=SASLPlaintext(here.access.nats_user, here.access.nats_password),
        inbox_prefix=here.access.inbox_prefix,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        graceful_timeout=5.0,
        serializer=MsgSpecSerializer(),
        logger=None,
    )
    for stage in stages:
        serve_commands(broker, stage.name, handler_of(here, store, aggregates, [stage]))
        for worker in stage.workers:
            worker(broker, here)
        for subscribe in stage.workers:
            subscribe(broker, here)
    await broker.start()
    try:
        await here.client.flush()
        yield
    finally:
        await broker.stop()


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
    return Timer(
        Leader(here.access.postgres, f"timer {stage.name}"),
        [ReactorRunner(policy, store, aggregates, here.pool) for policy in stage.policies],
        Sender(here.pool, here.commands, here.signer, here.clock),
        seconds=tick,
    )


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it is gone; its own failure was seen by whoever watched it."""
    task.cancel()
    await asyncio.wait([task])
