"""`moldcare metrics`."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import click

from services.command_line.asking import database, finish, settings
from services.command_line.choices import dimensions, some_of
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json, tell_table
from shared.runtime.settings import Settings


def _period(context: click.Context, parameter: click.Parameter, value: str) -> str:
    from services.analytics.stage import bounds

    try:
        bounds(value)
    except ValueError:
        raise click.BadParameter(f"{value} 应为 2026-10 或 2026 / {value} is no month and no year") from None
    return value


def _by(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in dimensions():
            raise click.BadParameter(f"{name} 不是分组 / {name} is no group: {', '.join(dimensions())}")
    return names


@click.command()
@click.option("--period", required=True, callback=_period, metavar="2026-10", help="月或年 / a month or a year")
@click.option("--as-of", type=MOMENT, help="当时所知 / as known then")
@click.option(
    "--by", default="", callback=_by, metavar="NAME,…", shell_complete=some_of(dimensions), help="分组 / groups"
)
@json_option
def command(period: str, as_of: Any, by: tuple[str, ...], as_json: bool) -> None:
    """质量指标（响应、解决、超时、满意、故障）/ quality figures M-01, M-04, M-07, M-08, M-10 with n and definition."""
    found = finish(_metrics(settings(), period, by, as_of))
    if as_json:
        tell_json(found)
    else:
        _tell(found)


async def _metrics(where: Settings, period: str, by: tuple[str, ...], as_of: Any) -> Any:
    from services.command_line.stages import read

    async with database(where) as connection:
        return await read("metrics")(connection, datetime.now(UTC), period, by, as_of)


def _tell(found: Any) -> None:
    groups = [found.total, *found.groups]
    for number, (headings, rows) in _TABLES.items():
        tell_table(
            headings, [row for one in groups for row in rows(one)], f"{number}\n{found.definitions[number].both}"
        )


Rows = Callable[[Any], Iterator[tuple[Any, ...]]]


def _response(one: Any) -> Iterator[tuple[Any, ...]]:
    time = one.response_time
    yield _name(one), one.received, time.n, time.mean, time.median, time.p90, time.not_acknowledged


def _resolution(one: Any) -> Iterator[tuple[Any, ...]]:
    rate = one.resolution_rate
    yield _name(one), rate.n, rate.verified, _share(rate.rate), rate.matured_n, _share(rate.matured_rate)


def _overdue(one: Any) -> Iterator[tuple[Any, ...]]:
    for rate in one.overdue_rates:
        yield _name(one), rate.clock, rate.n, rate.breached, rate.open, _share(rate.rate)


def _satisfaction(one: Any) -> Iterator[tuple[Any, ...]]:
    for score in one.satisfaction.dimensions:
        yield _name(one), score.dimension, score.n, score.mean, _share(score.top2), score.points
    answered = one.satisfaction
    yield _name(one), "response rate", answered.asked, "", _share(answered.response_rate), ""


def _faults(one: Any) -> Iterator[tuple[Any, ...]]:
    for bar in one.fault_types.codes:
        vital = "●" if bar.is_vital else ""
        yield _name(one), bar.code, bar.count, _share(bar.share), _share(bar.cumulative), vital


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _name(one: Any) -> str:
    return ", ".join(value or "?" for value in one.by.values()) or "全部 all"


_TABLES: dict[str, tuple[tuple[str, ...], Rows]] = {
    "M-01": (("", "收到 received", "n", "平均 mean", "中位 median", "p90", "未响应 not yet"), _response),
    "M-04": (("", "n", "已解决 solved", "解决率 rate", "满30天 n", "30天率 rate"), _resolution),
    "M-07": (("", "时钟 clock", "n", "超时 missed", "未停 open", "超时率 rate"), _overdue),
    "M-08": (("", "维度 dimension", "n", "平均 mean", "4-5分 top 2", "百分制 points"), _satisfaction),
    "M-10": (("", "故障 code", "n", "占比 share", "累计 cumulative", ""), _faults),
}
