"""Read models built anew: all from one reading, on from where a killed build stood, and as of then in a schema."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from services.intake.projections.open_cases import OPEN_CASES
from shared.events.envelope import Recorded
from shared.projections.materializer import Workplace
from shared.projections.opening import PeopleOpener
from shared.projections.rebuilding import AlreadyRebuilding, alone, build_beside, compare, discard, swap
from shared.projections.scratch import build_until, drop_scratch, position_at, scratches
from shared.runtime.settings import Settings
from tests.support import samples
from tests.support.crashing import Kept
from tests.support.desk import Desk
from tests.support.killed_rebuild import REBUILT, STRETCH
from tests.support.reading import PROJECTIONS, StillSealed, following, refolded, shown, stored, whole_log, workplace


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.fixture
async def place(deployment: Settings, desk: Desk) -> AsyncIterator[Workplace]:
    async with workplace(deployment, desk.store, PeopleOpener(desk.people)) as place:
        yield place


async def busy(desk: Desk, cases: int = 3) -> None:
    """Cases that were answered, some of them classified, and the firm that they are about."""
    for number in range(cases):
        case_id = await desk.register(mould_no=f"M-{number}", customer_name=f"客户 {number}")
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
        if number % 2:
            await desk.send("Classify", samples.classification(), to=case_id)


class Counting:
    """The log of a desk; it counts what is read of it, and breaks off when it is told to."""

    def __init__(self, store: Any, most: int | None = None) -> None:
        self._store = store
        self._most = most
        self.starts: list[int] = []
        self.positions: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def read(self, after: int, *, follow: bool = False) -> AsyncIterator[list[Recorded]]:
        self.starts.append(after)
        async for batch in self._store.read(after, follow=follow):
            for recorded in batch:
                if recorded.sequence == self._most:
                    raise ConnectionAbortedError
                self.positions.append(recorded.sequence)
                yield [recorded]


async def builds(place: Workplace, name: str = "open_cases") -> list[tuple[str, str, int]]:
    async with place.pool.connection() as connection:
        text = "select table_name, status, position from projections.build where name = %s order by table_name"
        return await (await connection.execute(text, (name,))).fetchall()


async def test_all_are_built_from_one_reading_of_the_log_and_hold_what_the_live_ones_hold(
    place: Workplace, desk: Desk
) -> None:
    async with following(place, PROJECTIONS):
        customer = await desk.send("RegisterCustomer", samples.customer())
        await desk.send("RegisterMould", samples.mould(customer.body["id"]))
        await busy(desk)
        await shown(place, PROJECTIONS)
    counting = Counting(desk.store)
    told: list[int] = []
    members = await build_beside(replace(place, store=counting), PROJECTIONS, told.append)
    last = await desk.store.last()
    assert counting.starts == [0]
    assert told == list(range(1, last + 1))
    for member in members:
        live = member.projection.table_name(1)
        assert (await compare(place, member.projection, live, member.build.table)).is_none, live


async def test_a_build_that_broke_off_goes_on_from_the_last_stretch_that_it_wrote(
    place: Workplace, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projections.catch_up.LONG_STRETCH", 5)
    await busy(desk, 6)
    last = await desk.store.last()
    with pytest.raises(ConnectionAbortedError):
        await build_beside(replace(place, store=Counting(desk.store, last - 1)), PROJECTIONS)
    ((table, status, written),) = await builds(place)
    assert status == "beside"
    assert 0 < written < last - 1
    # Each build writes at its own pace, so the slowest says where the log is read from.
    least = min([position for one in PROJECTIONS for *_, position in await builds(place, one.name)])
    counting = Counting(desk.store)
    members = await build_beside(replace(place, store=counting), PROJECTIONS)
    assert counting.starts == [least]
    assert await builds(place) == [(table, "beside", last)]
    log = await whole_log(desk.store)
    for member in members:
        found = await stored(place, member.projection, member.build.table)
        assert found == await refolded(place, member.projection, log), member.projection.name


async def test_after_a_kill_at_any_stretch_the_next_run_goes_on_to_the_same_rows(
    place: Workplace, desk: Desk, deployment: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projections.catch_up.LONG_STRETCH", STRETCH)
    await busy(desk, 25)
    log = await whole_log(desk.store)
    kept = tmp_path / "log"
    kept.write_bytes(msgspec.msgpack.encode(Kept([(one.subject, one.payload) for one in log], "", "")))
    postgres, least = deployment.access("service").postgres, 0
    for turn in (0, 2, 3):
        arguments = (sys.executable, "-m", "tests.support.killed_rebuild", str(kept), postgres, str(turn))
        process = await asyncio.create_subprocess_exec(*arguments)
        assert await process.wait() == -signal.SIGKILL
        positions = [position for one in REBUILT for *_, position in await builds(place, one.name)]
        assert least <= min(positions) <= max(positions) < len(log)
        least = min(positions)
    assert least > 0
    counting = Counting(desk.store)
    members = await build_beside(replace(place, store=counting, opener=StillSealed()), REBUILT)
    assert counting.starts == [least]
    for member in members:
        found = await stored(place, member.projection, member.build.table)
        assert found == await refolded(place, member.projection, log), member.projection.name


async def test_a_build_begun_by_other_code_or_not_wanted_is_thrown_away(place: Workplace, desk: Desk) -> None:
    await busy(desk)
    (begun,) = await build_beside(place, [OPEN_CASES])
    older = begun.build.table
    counting = Counting(desk.store)
    newer = replace(OPEN_CASES, version=OPEN_CASES.version + 1)
    (member,) = await build_beside(replace(place, store=counting), [newer])
    assert counting.starts == [0]
    assert [table for table, *_ in await builds(place)] == [member.build.table] != [older]
    await build_beside(replace(place, store=counting), [newer], afresh=True)
    assert counting.starts == [0, 0]


async def test_a_swapped_build_has_its_key_and_all_indexes(place: Workplace, desk: Desk) -> None:
    await busy(desk)
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
    for member in await build_beside(place, PROJECTIONS):
        await swap(place, member)
        async with place.pool.connection() as connection:
            text = "select count(*) from pg_indexes where schemaname = 'read' and tablename = %s"
            row = await (await connection.execute(text, (member.build.table,))).fetchone()
        assert row == (1 + len(member.projection.indexes),), member.projection.name
        assert await discard(place, member.projection) == [member.projection.table_name(1)]


async def test_two_rebuilds_of_a_read_model_do_not_run_at_once(place: Workplace) -> None:
    async with alone(place, [OPEN_CASES]):
        with pytest.raises(AlreadyRebuilding, match="open_cases"):
            async with alone(place, PROJECTIONS):
                pass
    async with alone(place, PROJECTIONS):
        pass


async def test_as_of_a_position_an_analyst_queries_a_schema_that_is_listed_and_dropped(
    place: Workplace, desk: Desk, deployment: Settings
) -> None:
    await busy(desk)
    then, instant = await desk.store.last(), desk.clock.now()
    desk.later(minutes=1)
    await busy(desk)
    log = await whole_log(desk.store)
    assert await position_at(desk.store, instant) == then
    await build_until(place, PROJECTIONS, then)
    schema = f"scratch_{then}"
    for projection in PROJECTIONS:
        assert await stored(place, projection, f"{schema}.{projection.name}") == await refolded(
            place, projection, log[:then]
        )
    analyst = deployment.access("console").postgres
    async with await psycopg.AsyncConnection.connect(analyst) as connection:
        found = await connection.execute(f"select count(*) from {schema}.open_cases where state = 'RECEIVED'")  # type: ignore[arg-type]
        assert await found.fetchone() == (2,)
        (one,) = await scratches(connection)
    assert (one.schema, one.position, one.is_complete) == (schema, then, True)
    assert one.projections == sorted(projection.name for projection in PROJECTIONS)
    assert one.size > 0
    assert await drop_scratch(place, schema)
    assert not await drop_scratch(place, schema)
    assert await builds(place) == []
    async with place.pool.connection() as connection:
        row = await (await connection.execute("select to_regnamespace(%s)", (schema,))).fetchone()
    assert row == (None,)


async def test_a_scratch_build_that_broke_off_shows_nothing_and_goes_on(
    place: Workplace, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projections.catch_up.LONG_STRETCH", 5)
    await busy(desk, 6)
    then = await desk.store.last() - 3
    with pytest.raises(ConnectionAbortedError):
        await build_until(replace(place, store=Counting(desk.store, then)), [OPEN_CASES], then)
    async with place.pool.connection() as connection:
        (begun,) = await scratches(connection)
    assert not begun.is_complete
    assert 0 < begun.position < then
    counting = Counting(desk.store)
    (member,) = await build_until(replace(place, store=counting), [OPEN_CASES], then)
    assert counting.starts == [begun.position]
    assert max(counting.positions) <= then + 1
    log = await whole_log(desk.store)
    assert await stored(place, OPEN_CASES, f"scratch_{then}.open_cases") == await refolded(
        place, OPEN_CASES, log[:then]
    )
    assert member.position == then


async def test_a_service_may_make_and_drop_no_other_schema(deployment: Settings) -> None:
    for text in ("create schema elsewhere", "select projections.drop_scratch('read')", "drop schema projections"):
        async with await psycopg.AsyncConnection.connect(deployment.access("service").postgres) as connection:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
                await connection.execute(text)  # type: ignore[arg-type]
    async with await psycopg.AsyncConnection.connect(deployment.access("console").postgres) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("select projections.open_scratch(1)")
