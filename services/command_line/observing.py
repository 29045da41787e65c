"""The port for machines that look after this one: figures for Prometheus, and the two probes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from services.command_line.compose import Services
from services.command_line.condition import Condition, backlog_of, condition
from services.command_line.exposition import Figures, Links, page
from services.command_line.ground import Ground
from services.command_line.http_server import PortTaken, listening, serving
from services.command_line.probes import (
    UNREACHABLE,
    keys_are_there,
    log_answers,
    models_keep_up,
    nats_answers,
    postgres_answers,
)
from shared.projections.progress import farthest_position
from shared.runtime.health import Bounded, Health
from shared.runtime.settings import BadSetting, Settings
from shared.runtime.stage import Stage
from shared.store.port import EventStore
from shared.texts.catalogue import sentence

PORT = 9464
"""Where Prometheus looks for figures of OpenTelemetry by custom."""
TEXT = b"text/plain; version=1.0.0; charset=utf-8; escaping=underscores"
JSON = b"application/json"
_log = structlog.get_logger(__name__)
Answer = tuple[int, bytes, bytes]


class Observed:
    """What is known of this process: filled while it starts, asked when somebody looks."""

    def __init__(self, settings: Settings) -> None:
        self.health = Health()
        self._settings = settings
        self._grounds: dict[str, Ground] = {}
        self._standing: Bounded[Condition] | None = None

    def stands_on(self, name: str, here: Ground) -> None:
        """These connections are part of it."""
        if not self._grounds:
            self.health.check(keys_are_there(self._settings.keys, self._settings.environment))
        self._grounds[name] = here
        self.health.check(nats_answers(here.client), "nats_away")
        self.health.check(postgres_answers(here.pool), "postgres_away")

    def runs(self, running: Services, stages: Sequence[Stage]) -> None:
        """These stages are its services."""
        self.stands_on("service", running.ground)
        self.answers_for(stages, running.ground, running.store)
        self.health.check(log_answers(running.store), "log_away")
        self.health.lives_by(running.following)

    def answers_for(self, stages: Sequence[Stage], here: Ground, store: EventStore | None) -> None:
        """It runs these stages; without the log read models are compared among themselves."""

        async def ask() -> Condition:
            backlog = await backlog_of(here.client, stages) if store is not None else {}
            last = await store.last() if store is not None else None
            async with here.pool.connection() as connection:
                known = await farthest_position(connection) if last is None else last
                return (await condition(connection, known, datetime.now(UTC), backlog)).of(stages)

        self._standing = Bounded(ask)
        self.health.check(models_keep_up(ask, stages))

    async def figures(self) -> Figures:
        """What is asked when somebody looks."""
        found = None
        if self._standing is not None:
            try:
                found = await self._standing.answer()
            except UNREACHABLE as error:
                _log.warning("figures not asked", error=type(error).__name__)
        return Figures(found, {name: _links(one) for name, one in self._grounds.items()}, self.health.lag.worst)

    async def answer(self, path: str) -> Answer:
        """The answer to a GET."""
        if path == "/metrics":
            return 200, TEXT, page(await self.figures())
        if path == "/health/live":
            live = self.health.live()
            return (200 if live.live else 503), JSON, msgspec.json.encode(live)
        if path == "/health/ready":
            ready = await self.health.ready()
            return (200 if ready.ready else 503), JSON, msgspec.json.encode(ready)
        return 404, JSON, b"{}"

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """One request."""
        is_read = scope["method"] in ("GET", "HEAD")
        status, kind, body = await self.answer(scope["path"]) if is_read else (405, JSON, b"{}")
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _links(here: Ground) -> Links:
    pool, client = here.pool.get_stats(), here.client
    size, idle = pool.get("pool_size", 0), pool.get("pool_available", 0)
    return Links(client.is_connected, client.stats["reconnects"], size - idle, idle, pool.get("requests_waiting", 0))


def port_of(environment: Mapping[str, str]) -> tuple[int | None, bool]:
    """The port, None for none, and whether somebody chose it. Raises: BadSetting."""
    text = environment.get("MOLDCARE_METRICS_PORT", "")
    if not text or text == "off":
        return (None if text else PORT), bool(text)
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise BadSetting(sentence("observing", "metrics_port_wrong").both)
    return int(text), True


@asynccontextmanager
async def observed(settings: Settings) -> AsyncIterator[tuple[Observed, str]]:
    """This process, observed; the address of its figures, empty when there is none. Raises: BadSetting, PortTaken."""
    seen = Observed(settings)
    port, is_chosen = port_of(settings.environment)
    host = settings.environment.get("MOLDCARE_METRICS_HOST") or "127.0.0.1"
    lag = asyncio.create_task(seen.health.lag.keep(), name="loop lag")
    try:
        listener = None if port is None else _taken(port, host, is_chosen)
        if listener is None:
            yield seen, ""
            return
        with listener:
            async with serving(seen, listener, "metrics", lifespan=False):
                yield seen, f"http://{host}:{listener.getsockname()[1]}/metrics"
    finally:
        lag.cancel()
        await asyncio.wait([lag])


def _taken(port: int, host: str, is_chosen: bool) -> Any:
    """The socket; None when the port of custom is taken: another store on this machine has it."""
    try:
        return listening(port, host)
    except PortTaken:
        said = sentence("observing", "metrics_port_taken").filled({"port": port})
        if is_chosen:
            raise PortTaken(said.both) from None
        _log.warning("metrics port taken", port=port, remedy=said.en)
        return None
