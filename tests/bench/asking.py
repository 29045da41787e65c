"""The kinds of questions that people and programs ask of a large store, with the values to ask them with."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from psycopg import AsyncConnection

from services.intake.stage import SORTS, VIEWS
from shared.projections.paging import Place, cursor_of

PROMPT = 80.0
"""What a list or the page of a case may take at the 95th percentile [ms]."""
_CASES = """
select aggregate_id, mould_no, order_no, customer_name, received_at from read.open_cases
where mould_no is not null and customer_name is not null order by md5(aggregate_id) limit 500"""
_POSITIONS = "select min(sequence), max(sequence), min(updated_at), max(updated_at) from read.case_history"
_WORDS = ("飞边", "导柱", "无法生产", "热流道", "漏水", "顶针", "拉伤", "缩水", "毛刺", "开裂", "产品尺寸", "滑块")


class Known(Struct, frozen=True):
    """Values that occur in the store."""

    cases: list[tuple[str, str, str, str, datetime]]
    positions: tuple[int, int]
    instants: tuple[datetime, datetime]
    period: str


class Kind(Struct, frozen=True):
    """One kind of question: how its address is made, and what it may take at the 95th percentile [ms]."""

    name: str
    path: Callable[[Random], str]
    target: float | None = PROMPT


async def known_of(connection: AsyncConnection[Any]) -> Known:
    """What there is to ask for."""
    cases = await (await connection.execute(_CASES)).fetchall()
    row = await (await connection.execute(_POSITIONS)).fetchone()
    assert row is not None
    first, last, earliest, latest = row
    return Known(list(cases), (first, last), (earliest, latest), f"{latest:%Y-%m}")


def kinds(known: Known) -> Sequence[Kind]:
    """Every kind of question."""
    return (*_lists(known), *_searches(known), *_past(known), *_cases(known), *_pages(known), *_figures(known))


def _lists(known: Known) -> list[Kind]:
    views = [Kind(f"list, view {view}", _always(f"/api/v1/cases?view={view}")) for view in VIEWS]
    sorts = [
        Kind(
            f"list, view {view} by {sort}",
            _one_of([f"/api/v1/cases?view={view}&sort={sign}{sort}" for sign in ("", "-")]),
        )
        for view in ("open", "all", "closed")
        for sort in SORTS
    ]

    def deep(chance: Random) -> str:
        case_id, *_, received_at = chance.choice(known.cases)
        cursor = cursor_of(Place("-received", received_at.isoformat(), case_id))
        return f"/api/v1/cases?view=all&cursor={cursor}"

    return [*views, *sorts, Kind("list, a page far behind", deep)]


def _searches(known: Known) -> list[Kind]:
    def by(place: int, view: str) -> Callable[[Random], str]:
        return lambda chance: f"/api/v1/cases?view={view}&q={quote(str(chance.choice(known.cases)[place]))}"

    def words(view: str) -> Callable[[Random], str]:
        return lambda chance: f"/api/v1/cases?view={view}&q={quote(chance.choice(_WORDS))}"

    def nothing(chance: Random) -> str:
        return f"/api/v1/cases?view=all&q={quote('没有这个词' + str(chance.randrange(10**6)))}"

    return [
        Kind("search, case number", by(0, "all")),
        Kind("search, mould number", by(1, "all")),
        Kind("search, order number", by(2, "all")),
        Kind("search, customer name", by(3, "all")),
        Kind("search, customer name, open", by(3, "open")),
        Kind("search, Chinese word", words("all")),
        Kind("search, Chinese word, open", words("open")),
        Kind("search, nothing found", nothing),
    ]


def _past(known: Known) -> list[Kind]:
    def position(chance: Random) -> int:
        return chance.randrange(known.positions[0], known.positions[1])

    def instant(chance: Random) -> str:
        first, last = known.instants
        return quote((first + (last - first) * chance.random()).isoformat())

    return [
        Kind("list as of a position, open", lambda chance: f"/api/v1/cases?view=open&as_of={position(chance)}"),
        Kind("list as of a position, all", lambda chance: f"/api/v1/cases?view=all&as_of={position(chance)}"),
        Kind("list as of an instant, open", lambda chance: f"/api/v1/cases?view=open&as_of={instant(chance)}"),
        Kind("list as of an instant, by due", lambda chance: f"/api/v1/cases?sort=due&as_of={instant(chance)}"),
        Kind("overdue", _always("/api/v1/overdue"), None),
        Kind("overdue as of a position", lambda chance: f"/api/v1/overdue?as_of={position(chance)}", None),
    ]


def _cases(known: Known) -> list[Kind]:
    def of(form: str) -> Callable[[Random], str]:
        return lambda chance: form.format(chance.choice(known.cases)[0])

    return [
        Kind("case", of("/api/v1/cases/{}")),
        Kind("case, events", of("/api/v1/cases/{}/events")),
        Kind("case, clocks", of("/api/v1/cases/{}/clocks")),
        Kind("case as of its last position", of(f"/api/v1/cases/{{}}?as_of={known.positions[1]}")),
        Kind("page of a case", of("/cases/{}")),
    ]


def _pages(known: Known) -> list[Kind]:
    return [
        Kind("first page", _always("/"), None),
        Kind("page of customers", _always("/customers"), None),
        Kind("page of moulds", _always("/moulds"), None),
        Kind("page of figures", _always(f"/figures?period={known.period}"), None),
    ]


def _figures(known: Known) -> list[Kind]:
    year = known.period[:4]
    return [
        Kind("figures of a month", _always(f"/api/v1/metrics?period={known.period}"), None),
        Kind("figures of a month by customer", _always(f"/api/v1/metrics?period={known.period}&by=customer"), None),
        Kind("figures of a year", _always(f"/api/v1/metrics?period={year}"), None),
    ]


def _always(path: str) -> Callable[[Random], str]:
    return lambda chance: path


def _one_of(paths: Sequence[str]) -> Callable[[Random], str]:
    return lambda chance: chance.choice(paths)
