"""What a process asks before it says that it is ready, each with the reason when it is not."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import nats.errors
import psycopg
from nats.aio.client import Client
from psycopg_pool import PoolTimeout

from services.command_line.condition import Condition, is_behind
from shared.projections.statements import Pool
from shared.runtime.health import PATIENCE, Check, Reason, reason
from shared.runtime.stage import Stage
from shared.store.port import EventStore, StoreUnavailable

UNREACHABLE = (StoreUnavailable, ConnectionError, psycopg.OperationalError, PoolTimeout, nats.errors.Error)
"""What is said of servers that cannot be asked now."""
NOBODY = "cmd.nobody.Answers"
"""A subject that every identity may ask and no service hears."""
_KEYS = {"master.key": "MOLDCARE_MASTER_KEY", "pepper.key": "MOLDCARE_PEPPER", "actor.key": ""}
"""The files without which nothing can be sealed, opened or signed after a restart, and what may stand for them."""


def nats_answers(client: Client) -> Check:
    """NATS answers, if only that nobody hears this subject."""

    async def check() -> Sequence[Reason]:
        # Hazard: a flush that runs out of time ends nats-py's reading of the connection when its answer comes late.
        try:
            await client.request(NOBODY, b"", timeout=PATIENCE)
        except nats.errors.NoRespondersError:
            return []
        except (nats.errors.Error, OSError, TimeoutError):
            return [reason("nats_away")]
        return []

    return check


def log_answers(store: EventStore) -> Check:
    """The log tells where it ends: NATS may be there and JetStream not."""

    async def check() -> Sequence[Reason]:
        try:
            await store.last()
        except StoreUnavailable:
            return [reason("log_away")]
        return []

    return check


def postgres_answers(pool: Pool) -> Check:
    """PostgreSQL answers."""

    async def check() -> Sequence[Reason]:
        try:
            async with pool.connection(timeout=PATIENCE) as connection:
                await connection.execute("select 1")
        except (psycopg.OperationalError, PoolTimeout):
            return [reason("postgres_away")]
        return []

    return check


def keys_are_there(folder: Path, environment: Mapping[str, str]) -> Check:
    """The keys that this process works with are still there for the next one."""

    async def check() -> Sequence[Reason]:
        missing = [
            name for name, given in _KEYS.items() if not environment.get(given) and not (folder / name).is_file()
        ]
        return [reason("keys_missing", names=", ".join(missing))] if missing else []

    return check


def models_keep_up(ask: Callable[[], Awaitable[Condition]], stages: Sequence[Stage]) -> Check:
    """The read models of these stages stand, are not paused, and are not behind."""
    names = sorted(one.name for stage in stages for one in stage.projections)

    async def check() -> Sequence[Reason]:
        try:
            found = (await ask()).projections
        except UNREACHABLE:
            return []
        live = {one.name: one for one in found if one.status == "live"}
        reasons = [reason("model_missing", name=name) for name in names if name not in live]
        for one in (live[name] for name in names if name in live):
            if one.paused is not None:
                reasons.append(reason("model_paused", name=one.name, reason=one.paused))
            elif is_behind(one):
                reasons.append(reason("model_behind", name=one.name, lag=one.lag, seconds=round(one.seconds)))
        return reasons

    return check
