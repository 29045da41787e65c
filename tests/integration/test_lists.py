"""Lists of now are found by indexes, lists as of then by looking at every case: at the head of the log both agree."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.command_line.ground import ground
from services.intake.reads import finding
from services.intake.reads.cases import SORTS, VIEWS, CaseItem, CaseQuestion, cases, position_at
from services.intake.reads.scoped import sees_case
from shared.projections.catch_up import catch_up
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.projections.scope import EVERYTHING, NOTHING, Scope
from shared.projections.statements import Connection
from shared.runtime.settings import Settings
from shared.store.memory import MemoryStore
from tests.bench.firm.years import fill
from tests.support.reading import PROJECTIONS

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
READ = ("open_cases", "case_history", "case_text", "case_parties", "customers", "moulds", "departments", "log")
ALL: dict[str, Any] = {"now": NOW, "scope": EVERYTHING, "texts": EVERYTHING, "view": "all"}


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
    every = await listed(connection, CaseQuestion(**ALL))
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
        *({"view": "all", "q": text or "", "texts": texts} for text in searches for texts in (EVERYTHING, NOTHING)),
    ]
    for fields in asked:
        question = CaseQuestion(**{**ALL, "user": "technician", **fields})
        now = await listed(connection, question)
        assert now == await listed(connection, replace(question, as_of=last)), fields
        counts[question.view, question.q] = len(now)
    assert counts["open", ""] > 5
    assert counts["mine", ""] > 0
    assert counts["all", "有限"] == 60
    assert counts["all", one.customer_name or ""] >= 1


@pytest.mark.parametrize(("few", "common"), [(2_000, 4_000), (2, 4_000), (2, 1)])
async def test_a_scope_shows_its_own_part_of_every_list_whichever_way_it_is_found(
    connection: Connection, store: MemoryStore, monkeypatch: pytest.MonkeyPatch, few: int, common: int
) -> None:
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "COMMON", common)
    await nameless(connection)
    last, every = await store.last(), await listed(connection, CaseQuestion(**ALL))
    one = next(one for one in every if one.technicians and one.customer_id)
    scopes = (
        Scope(company=one.customer_id),
        Scope(parties=tuple(f"user:{name}" for name in one.technicians), prepares=True),
        Scope(parties=("dept:QUALITY",), dept="QUALITY"),
        NOTHING,
    )
    shown = list[int]()
    for scope in scopes:
        within = {case.case_id for case in every if await sees_case(connection, case.case_id, scope)}
        for texts in (scope, NOTHING):
            for text, sort in (
                ("", "-received"),
                ("飞边", "updated"),
                ("有限", "customer"),
                (one.mould_no or "", "due"),
            ):
                asked = CaseQuestion(**{**ALL, "sort": sort, "q": text, "texts": texts})
                wanted = [case for case in await listed(connection, asked) if case.case_id in within]
                question = replace(asked, scope=scope)
                assert await listed(connection, question) == wanted, (scope, text)
                assert await listed(connection, replace(question, as_of=last)) == wanted, (scope, text)
        shown.append(len(within))
    assert 0 < shown[0] < 60
    assert 0 < shown[1] < 60
    assert shown[3] == 0


async def test_words_are_found_in_texts_that_may_be_read_only(connection: Connection) -> None:
    every = await listed(connection, CaseQuestion(**ALL))
    found = {one.case_id for one in await listed(connection, CaseQuestion(**{**ALL, "q": "飞边"}))}
    silent = {one.case_id for one in await listed(connection, CaseQuestion(**{**ALL, "q": "飞边", "texts": NOTHING}))}
    company = next(one.customer_id for one in every if one.case_id in found - silent)
    own = {one.case_id for one in every if one.customer_id == company}
    asked = CaseQuestion(**{**ALL, "q": "飞边", "texts": Scope(company=company)})
    assert {one.case_id for one in await listed(connection, asked)} == silent | found & own
    assert found & own


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
            found = await listed(connection, CaseQuestion(**ALL, sort=sort, as_of=then))
            assert {one.case_id: one.sequence for one in found} == known
