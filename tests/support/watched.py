"""The whole product in this process on the servers of a test, with its spans and log lines kept for looking at."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.command_line.compose import Services, services
from services.command_line.face import face
from services.command_line.observing import Observed, observed
from services.command_line.seeding import plant, rules
from services.command_line.stages import STAGES
from services.console.passwords import set_password
from shared.events.envelope import Recorded, subject_of
from shared.runtime.settings import Settings
from shared.runtime.telemetry import collected
from shared.store.commands import Outgoing
from shared.store.request import Answer
from tests.e2e.speaking import Speaker, signed_in
from tests.waiting import until

USER, PASSWORD = "specialist", "only for this test"


class Spans:
    """What was collected."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._kept))

    def all(self) -> list[ReadableSpan]:
        return list(self._kept.get_finished_spans())

    def of(self, trace_id: str) -> dict[str, ReadableSpan]:
        """The spans of one trace by name."""
        return {one.name: one for one in self.all() if trace_of(one) == trace_id}

    def pointing_to(self, trace_id: str) -> list[ReadableSpan]:
        """Spans of other traces that are linked to this one."""
        return [one for one in self.all() if trace_id in {f"{link.context.trace_id:032x}" for link in one.links}]


def trace_of(span: ReadableSpan) -> str:
    """The trace that a span belongs to."""
    assert span.context is not None
    return f"{span.context.trace_id:032x}"


@contextmanager
def spans() -> Iterator[Spans]:
    """Spans of this process are kept while this is open."""
    kept = Spans()
    with collected(kept.provider):
        yield kept


@contextmanager
def lines() -> Iterator[list[Any]]:
    """Log lines as they are written, with what the loops bound."""
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as found:
        yield found


class House:
    """Services, console and the port for machines, in this process."""

    def __init__(self, running: Services, seen: Observed, speaker: Speaker, metrics: str) -> None:
        self.running = running
        self.seen = seen
        self.speaker = speaker
        self.metrics = metrics

    async def events(self, case_id: str) -> list[Recorded]:
        return await self.running.store.load(subject_of("case", case_id))

    async def all_is_read(self) -> None:
        """Wait until every read model holds the whole log."""
        last = await self.running.store.last()

        async def has_all() -> bool:
            async with self.running.ground.pool.connection() as connection:
                cursor = await connection.execute("select min(position) from projections.build where status = 'live'")
                row = await cursor.fetchone()
            return row is not None and row[0] is not None and row[0] >= last

        await until(has_all)


async def _say(running: Services, command: str, body: dict[str, Any]) -> Answer:
    order = Outgoing(
        service="administration",
        command=command,
        aggregate_id=None,
        command_id=str(uuid4()),
        token=running.ground.system_token(),
    )
    return await running.ground.commands.ask(order, msgspec.json.encode(body))


@asynccontextmanager
async def house(deployment: Settings) -> AsyncIterator[House]:
    """Everything, with one specialist who is signed in and rules in force."""
    where = msgspec.structs.replace(
        deployment, port=0, environment={**deployment.environment, "MOLDCARE_METRICS_PORT": "0"}
    )
    async with observed(where) as (seen, metrics), services(where, STAGES, tick=0.5) as running:
        seen.runs(running, STAGES)
        await plant(running.ground, running.store, rules())
        assert (await _say(running, "AddUser", {"user_name": USER, "roles": ["SPECIALIST"]})).is_accepted
        async with face(where, seen.health) as (url, here):
            seen.stands_on("console", here)
            async with here.pool.connection() as connection:
                await set_password(connection, USER, PASSWORD)
            seen.health.is_starting = False
            async with signed_in(url, USER, PASSWORD) as speaker:
                yield House(running, seen, speaker, metrics)
