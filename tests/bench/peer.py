"""`eventsourcing` from PyPI on the same PostgreSQL: one event saved, beside one event appended to our log."""

import asyncio
import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from services.command_line.ground import ground, opened_log
from shared.events.envelope import Meta, encode, event_id
from shared.store.port import Draft
from tests.bench.driving import burst
from tests.bench.measure import Burst, Line, at_least, cpu, cpu_of, paired, rate
from tests.bench.workshop import Workshop

FIELDS = {"text": "x" * 480}


class Report(Aggregate):
    """An aggregate whose first event carries as much as ours."""

    @event("Received")
    def __init__(self, text: str) -> None:
        self.text = text


def application(shop: Workshop) -> Application:
    """The other library's application on our server, 32 connections."""
    told = conninfo_to_dict(shop.settings.access("provision").postgres)
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(told["dbname"]),
        "POSTGRES_HOST": str(told["host"]),
        "POSTGRES_PORT": str(told.get("port", 5432)),
        "POSTGRES_USER": str(told["user"]),
        "POSTGRES_PASSWORD": str(told["password"]),
        "POSTGRES_POOL_SIZE": "32",
    }
    return Application(env=environment)


def saved(app: Application, pieces: int, writers: int) -> Burst:
    """So many saves of one event by so many threads: the library is synchronous."""
    each: list[float] = []

    def write() -> None:
        for _ in range(pieces // writers):
            began = perf_counter()
            app.save(Report(**FIELDS))
            each.append(perf_counter() - began)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    used, began = cpu_of([os.getpid()]), perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Burst(each, perf_counter() - began, cpu_of([os.getpid()]) - used)


async def lines(shop: Workshop, rounds: int, pieces: int) -> Sequence[Line]:
    """Both rates with 1 and with 32 writers."""
    found: list[Line] = []
    app = application(shop)
    async with ground(shop.settings, "service") as here, opened_log(here) as store:

        async def append(number: int) -> None:
            subject, command_id = f"evt.case.{uuid4().hex}", str(uuid4())
            now = datetime.now(UTC)
            meta = Meta(
                version=1,
                type="FeedbackReceived",
                event_id=event_id(subject, command_id),
                command_id=command_id,
                command_hash="0" * 64,
                correlation_id=command_id,
                actor="specialist",
                actor_role="SPECIALIST",
                occurred_at=now,
                recorded_at=now,
            )
            draft = Draft(subject, encode(meta, FIELDS), meta.event_id, meta.type, 1, command_id)
            await store.append(draft, 0)

        for writers, target, many in ((1, 2.5, 1), (32, 5.0, 4)):
            ours, theirs = list[Burst](), list[Burst]()
            for _ in range(rounds):
                ours.append(await burst(append, range(pieces * many), writers, [os.getpid()]))
                theirs.append(await asyncio.to_thread(saved, app, pieces * many, writers))
            ratio = paired([one.rate for one in ours], [one.rate for one in theirs])
            name = f"append, {writers} writer{'s' if writers > 1 else ''} / eventsourcing save"
            told = [f"{rate(one):.0f}/s, {cpu(one):.0f} µs CPU" for one in (ours, theirs)]
            found.append(at_least(name, *told, ratio, target))
    app.close()
    return found
