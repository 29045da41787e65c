"""The figures of a period, by any dimensions, as known now or as known then, with the cases behind each."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from services.analytics.figures import Contribution, FaultTypes, ResponseTime, fault_types, response_time
from shared.projections.statements import Connection

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")
DIMENSIONS = {
    "urgency": "urgency",
    "mould_kind": "mould_kind",
    "customer": "coalesce(customer_id, customer_name)",
    "channel": "channel",
}
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")
_ROWS = """
select aggregate_id, minutes, fault_code{dimensions} from read.quality_metrics
where received_at >= %(start)s and received_at < %(end)s and {known}
    and (%(customer_id)s::text is null or customer_id = %(customer_id)s)
order by aggregate_id"""
_KNOWN_NOW = "to_sequence is null"
_KNOWN_AT_POSITION = "sequence <= %(as_of)s and (to_sequence is null or to_sequence > %(as_of)s)"
_KNOWN_AT_INSTANT = "recorded_from <= %(as_of)s and (recorded_to is null or recorded_to > %(as_of)s)"


class Figures(Struct, frozen=True):
    """The figures of one group of cases; `by` names the group, empty for all. `received` is the cohort."""

    by: dict[str, str | None]
    received: int
    response_time: ResponseTime
    fault_types: FaultTypes


class Metrics(Struct, frozen=True):
    """The figures of a period: over all cases received in it, and by group."""

    period: str
    start: datetime
    end: datetime
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
    period: str,
    by: tuple[str, ...] = (),
    as_of: int | datetime | None = None,
    customer_id: str | None = None,
) -> Metrics:
    """M-01 and M-10 of the cases received in a period. Raises: ValueError for a bad period; KeyError for `by`."""
    start, end = bounds(period)
    dimensions = "".join(f", {DIMENSIONS[name]}" for name in by)
    known = _KNOWN_NOW if as_of is None else _KNOWN_AT_INSTANT if isinstance(as_of, datetime) else _KNOWN_AT_POSITION
    text = _ROWS.format(dimensions=dimensions, known=known)
    values = {"start": start, "end": end, "as_of": as_of, "customer_id": customer_id}
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    all_cases = [Contribution(case_id, minutes, code, tuple(rest)) for case_id, minutes, code, *rest in rows]
    groups: dict[tuple[str | None, ...], list[Contribution]] = {}
    for one in all_cases:
        groups.setdefault(one.dimensions, []).append(one)
    grouped = [
        figures(dict(zip(by, group, strict=True)), groups[group])
        for group in sorted(groups, key=lambda values: [(value is None, value or "") for value in values])
    ]
    return Metrics(period, start, end, figures({}, all_cases), grouped if by else [])


def figures(by: dict[str, str | None], contributions: list[Contribution]) -> Figures:
    """The figures of one group."""
    return Figures(by, len(contributions), response_time(contributions), fault_types(contributions))
