"""`moldcare metrics`."""

from typing import Any

import click

from services.analytics.stage import DIMENSIONS, bounds
from services.command_line.asking import database, finish, settings
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json, tell_table
from services.command_line.stages import read
from shared.runtime.settings import Settings


def _period(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        bounds(value)
    except ValueError:
        raise click.BadParameter(f"{value} 应为 2026-10 或 2026 / {value} is no month and no year") from None
    return value


def _by(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in DIMENSIONS:
            raise click.BadParameter(f"{name}: {', '.join(DIMENSIONS)}")
    return names


@click.command()
@click.option("--period", required=True, callback=_period, metavar="2026-10", help="月或年 / a month or a year")
@click.option("--as-of", type=MOMENT, help="当时所知 / as known then")
@click.option("--by", default="", callback=_by, metavar=",".join(DIMENSIONS), help="分组 / groups")
@json_option
def command(period: str, as_of: Any, by: tuple[str, ...], as_json: bool) -> None:
    """质量指标 M-01 响应时间、M-10 故障类型 / quality figures: response time and fault types, with n."""
    found = finish(_metrics(settings(), period, by, as_of))
    if as_json:
        tell_json(found)
    else:
        _tell(found)


async def _metrics(where: Settings, period: str, by: tuple[str, ...], as_of: Any) -> Any:
    async with database(where) as connection:
        return await read("metrics")(connection, period, by, as_of)


def _tell(found: Any) -> None:
    groups = [found.total, *found.groups]
    rows = [
        (_name(one), one.received, time.n, time.mean, time.median, time.p90, time.not_acknowledged)
        for one in groups
        for time in (one.response_time,)
    ]
    headings = ("", "收到 received", "n", "平均 mean", "中位 median", "p90", "未响应 not yet")
    tell_table(headings, rows, "M-01 首次响应（分钟）/ first response [min]")
    bars = [
        (_name(one), bar.code, bar.count, f"{bar.share:.1%}", f"{bar.cumulative:.1%}", "●" if bar.is_vital else "")
        for one in groups
        for bar in one.fault_types.codes
    ]
    tell_table(("", "故障 code", "n", "占比 share", "累计 cumulative", ""), bars, "\nM-10 故障类型 / fault types")


def _name(one: Any) -> str:
    return ", ".join(value or "?" for value in one.by.values()) or "全部 all"
