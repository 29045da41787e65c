"""Lists of now are found by indexes, lists as of then by looking at every case: at the head of the log both agree."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.command_line.ground import ground
from services.intake.reads.cases import SORTS, VIEWS, CaseItem, CaseQuestion, cases, position_at
from shared.projections.catch_up import catch_up
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.projections.statements import Connection
from shared.runtime.settings import Settings
from shared.store.memory import MemoryStore
from tests.bench.firm.years import fill
from tests.support.reading import PROJECTIONS

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
READ = ("open_cases", "case_history", "case_text", "customers", "moulds")


@pytest.fixture
async def store(deployment: Settings) -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def connection(deployment: Settings, store: MemoryStore) -> AsyncIterator[Connection]:
    async with ground(deployment, "service") as here:
        async for _ in fill(store, here, 60, NOW, lived=40, firm=8):
            pass
        place = Workplace(store, here.pool, here.opener)
        await catch_up(store, [await live_member(place, one) for one in PROJECTIONS if one.name in READ])
        async with here.pool.connection() as connection:
            yield connection


async def listed(connection: Connection, question: CaseQuestion) -> list[CaseItem]:
    """The whole list, page after page."""
    found, cursor = list[CaseItem](), None
    while True:
        page = await cases(connection, replace(question, cursor=cursor, limit=23))
        found += page.items
        if (cursor := page.next) is None:
            return found


async def test_every_view_sort_and_search_of_now_is_that_of_the_last_position(
    connection: Connection, store: MemoryStore
) -> None:
    last, counts = await store.last(), dict[tuple[str, str], int]()
    await nameless(connection)
    every = await listed(connection, CaseQuestion(now=NOW, view="all"))
    assert len(every) == 60
    one = every[7]
    searches = (
        "",
        one.case_id.upper(),
        one.mould_no,
        one.order_no,
        one.fault_code,
        one.customer_name,
        "有限",
        "飞边",
        "(",
    )
    asked = [
        *({"view": view, "sort": f"{sign}{sort}"} for view in VIEWS for sort in SORTS for sign in ("", "-")),
        *({"view": "all", "q": text or "", "reads_texts": reads} for text in searches for reads in (True, False)),
        *({"view": "all", "customer_id": one.customer_id, "sort": "customer", "q": text} for text in ("", "有限")),
    ]
    for fields in asked:
        question = CaseQuestion(now=NOW, user="technician", **fields)  # type: ignore[arg-type]
        now = await listed(connection, question)
        assert now == await listed(connection, replace(question, as_of=last)), fields
        if question.customer_id is None:
            counts[question.view, question.q] = len(now)
    assert counts["open", ""] > 5
    assert counts["mine", ""] > 0
    assert counts["all", "有限"] == 60
    assert counts["all", one.customer_name or ""] >= 1


async def nameless(connection: Connection) -> None:
    """Some cases leave it to the registers to say whose they are and about which mould."""
    values = "customer_name = null, mould_name = null, mould_no = null, order_no = null"
    some = "where aggregate_id in (select aggregate_id from read.open_cases order by aggregate_id limit 9)"
    for text in (
        f"update read.open_cases set {values}, customer_key = null {some}",
        f"update read.case_history set {values} {some}",
    ):
        await connection.execute(text.encode())


async def test_an_instant_stands_for_the_last_position_recorded_by_it(
    connection: Connection, store: MemoryStore
) -> None:
    log = [one async for batch in store.read(0) for one in batch if one.kind == "case"]
    for place in (0, 50, 200, len(log) - 2):
        instant = log[place].meta.recorded_at
        wanted = max(one.sequence for one in log if one.meta.recorded_at <= instant)
        assert await position_at(connection, instant) == wanted
    assert await position_at(connection, datetime(2001, 1, 1, tzinfo=UTC)) == 0


async def test_lists_as_of_then_hold_what_was_known_then(connection: Connection, store: MemoryStore) -> None:
    log = [one async for batch in store.read(0) for one in batch if one.kind == "case"]
    for place in (30, 150, 400):
        then = log[place].sequence
        known: dict[str, Any] = {one.aggregate_id: one.sequence for one in log[: place + 1]}
        for sort in ("-received", "updated", "-customer", "due"):
            found = await listed(connection, CaseQuestion(now=NOW, view="all", sort=sort, as_of=then))
            assert {one.case_id: one.sequence for one in found} == known
