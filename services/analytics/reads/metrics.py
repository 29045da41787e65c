"""The figures of a period, by any dimensions, as known now or as known then, with the cases behind each."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from services.analytics.figures.contribution import ClockUse, Contribution
from services.analytics.figures.fault_types import FaultTypes, fault_types
from services.analytics.figures.overdue_rate import OverdueRate, overdue_rates
from services.analytics.figures.resolution_rate import ResolutionRate, resolution_rate
from services.analytics.figures.response_time import ResponseTime, response_time
from services.analytics.figures.satisfaction import SatisfactionByDimension, satisfaction
from shared.projections.moments import AsOf, known
from shared.projections.scope import EVERYTHING, Scope, cases_within
from shared.projections.statements import Connection
from shared.texts.catalogue import Sentence, catalogue

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")
DIMENSIONS = {
    "urgency": "c.urgency",
    "mould_kind": "c.mould_kind",
    "mould": "coalesce(c.mould_id, c.mould_no)",
    "customer": "coalesce(c.customer_id, c.customer_name)",
    "channel": "c.channel",
}
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")
_COHORT = """
select {columns}{dimensions} from (
    select distinct on (q.aggregate_id) q.* from read.quality_metrics as q
    where {until} and q.aggregate_id in (
        select aggregate_id from read.quality_metrics where received_at >= %(start)s and received_at < %(end)s)
    order by q.aggregate_id, q.version desc) as c
where c.received_at >= %(start)s and c.received_at < %(end)s
    and {within}
order by c.aggregate_id"""
_CLOCKS = """
with uses as (
    select o.aggregate_id, o.clock, o.due_at, o.stopped_at, o.cause from read.overdue_responses as o
    where o.due_at >= %(start)s and o.due_at < %(end)s and {known}
        and not (o.is_withdrawn and o.stopped_at <= o.due_at)
        and (o.stopped_at is not null or o.paused_since is null or o.paused_since > o.due_at))
select u.aggregate_id, u.clock, u.due_at, u.stopped_at, u.cause{dimensions} from uses as u join (
    select distinct on (q.aggregate_id) q.* from read.quality_metrics as q
    where {until} and q.aggregate_id in (select aggregate_id from uses)
    order by q.aggregate_id, q.version desc) as c using (aggregate_id)
where {within}
order by u.aggregate_id, u.clock, u.due_at"""
"""A clock that fell away in time was not due, and one that stands still in time is not due yet."""
_COLUMNS = ", ".join(f"c.{'aggregate_id' if name == 'case_id' else name}" for name in Contribution.__struct_fields__)
_RECORDED_AT = "select recorded_at from read.log where sequence <= %(sequence)s order by sequence desc limit 1"

Group = tuple[str | None, ...]


class Figures(Struct, frozen=True):
    """The figures of one group of cases; `by` names the group, empty for all. `received` is the cohort."""

    by: dict[str, str | None]
    received: int
    response_time: ResponseTime
    resolution_rate: ResolutionRate
    overdue_rates: list[OverdueRate]
    satisfaction: SatisfactionByDimension
    fault_types: FaultTypes


class Metrics(Struct, frozen=True):
    """The figures of a period: over all cases received (clocks: due) in it, and by group, as known at `cut_off`."""

    period: str
    start: datetime
    end: datetime
    cut_off: datetime
    definitions: Mapping[str, Sentence]
    total: Figures
    groups: list[Figures]


def bounds(period: str) -> tuple[datetime, datetime]:
    """Begin and end of a month `2026-10` or a year `2026` in Shanghai. Raises: ValueError."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(f"{period} is no month and no year")
    year, month = int(found[1]), int(found[2]) if found[2] else None
    if month is None:
        return datetime(year, 1, 1, tzinfo=COMPANY_ZONE), datetime(year + 1, 1, 1, tzinfo=COMPANY_ZONE)
    following = (year + month // 12, month % 12 + 1)
    return datetime(year, month, 1, tzinfo=COMPANY_ZONE), datetime(*following, 1, tzinfo=COMPANY_ZONE)


async def metrics(
    connection: Connection,
    now: datetime,
    period: str,
    by: tuple[str, ...] = (),
    as_of: AsOf = None,
    scope: Scope = EVERYTHING,
) -> Metrics:
    """M-01, M-04, M-07, M-08 and M-10 (R-2.5.2-a). Raises: ValueError for a bad period; KeyError for `by`."""
    start, end = bounds(period)
    values = {"start": start, "end": end, "as_of": as_of, **scope.values()}
    parts = {
        "columns": _COLUMNS,
        "dimensions": "".join(f", {DIMENSIONS[name]}" for name in by),
        "known": known("o", as_of),
        "until": _until(as_of),
        "within": cases_within(scope, "c.aggregate_id"),
    }
    cases = await _fetch(connection, _COHORT.format(**parts), values)
    uses = await _fetch(connection, _CLOCKS.format(**parts), values)
    cut_off, width = await _cut_off(connection, as_of, now), len(Contribution.__struct_fields__)
    cohort = [(tuple(row[width:]), Contribution(*row[:width])) for row in cases]
    due = [(tuple(row[5:]), ClockUse(*row[:5])) for row in uses]
    cases_of, uses_of = _grouped(cohort), _grouped(due)
    groups = sorted(cases_of.keys() | uses_of.keys(), key=_order) if by else []
    return Metrics(
        period,
        start,
        end,
        cut_off,
        {name: catalogue("figures")[name] for name in ("M-01", "M-04", "M-07", "M-08", "M-10")},
        _figures({}, [one for _, one in cohort], [one for _, one in due], cut_off),
        [_figures(dict(zip(by, one, strict=True)), cases_of[one], uses_of[one], cut_off) for one in groups],
    )


def _until(as_of: AsOf) -> str:
    if as_of is None:
        return "true"
    return "q.recorded_at <= %(as_of)s" if isinstance(as_of, datetime) else "q.sequence <= %(as_of)s"


async def _cut_off(connection: Connection, as_of: AsOf, now: datetime) -> datetime:
    if not isinstance(as_of, int):
        return as_of or now
    row = await (await connection.execute(_RECORDED_AT, {"sequence": as_of})).fetchone()
    return now if row is None else row[0]


async def _fetch(connection: Connection, text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return await (await connection.execute(text.encode(), values)).fetchall()


def _order(group: Group) -> list[tuple[bool, str]]:
    return [(value is None, value or "") for value in group]


def _grouped[T](members: Sequence[tuple[Group, T]]) -> defaultdict[Group, list[T]]:
    found: defaultdict[Group, list[T]] = defaultdict(list)
    for group, one in members:
        found[group].append(one)
    return found


def _figures(by: dict[str, str | None], cohort: list[Contribution], due: list[ClockUse], cut_off: datetime) -> Figures:
    return Figures(
        by,
        len(cohort),
        response_time(cohort),
        resolution_rate(cohort, cut_off),
        overdue_rates(due, cut_off),
        satisfaction(cohort),
        fault_types(cohort),
    )
