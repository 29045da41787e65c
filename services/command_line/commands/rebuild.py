"""`moldcare rebuild`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from services.command_line.asking import database, finish, settings
from services.command_line.choices import one_of, projection_names
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json, tell_table
from services.command_line.progress import told_progress
from shared.runtime.settings import Settings

if TYPE_CHECKING:
    from shared.projections.projection import Projection
    from shared.projections.rebuilding import Difference


class Rebuilt(Struct, frozen=True):
    """What one rebuild made: its table, how far it came, and how its rows differ from those served before."""

    projection: str
    table: str
    position: int
    difference: "Difference | None"
    kept: str


class Wish(Struct, frozen=True):
    """What is wanted of a rebuild."""

    chosen: list["Projection"]
    until: int | datetime | None
    is_swapped: bool
    is_afresh: bool


@click.command()
@click.argument("name", metavar="PROJECTION", required=False, shell_complete=one_of(projection_names))
@click.option("--all", "every", is_flag=True, help="全部读模型，日志只读一遍 / every projection, reading the log once")
@click.option("--until", type=MOMENT, help="建到此时为止，另建一个 schema / as it was then, in a schema of its own")
@click.option("--swap", is_flag=True, help="替换现用的表 / serve the new rows from now on")
@click.option("--afresh", is_flag=True, help="不接续上次中断的重建 / do not go on with one that was interrupted")
@click.option("--list-scratch", is_flag=True, help="列出 --until 建的 schema / list what --until has made")
@click.option("--drop-scratch", metavar="SCHEMA", help="删除其中一个 / throw one of them away")
@json_option
def command(
    name: str | None,
    every: bool,
    until: Any,
    swap: bool,
    afresh: bool,
    list_scratch: bool,
    drop_scratch: str | None,
    as_json: bool,
) -> int:
    """在旁重建读模型 / build read models anew beside the live ones and compare the rows.

    中断后再运行即接着做 / one that was interrupted goes on when it is run again.
    """
    _make_sure((name is not None, every, list_scratch, drop_scratch is not None), until=until, swap=swap)
    if list_scratch:
        return finish(_list(settings(), as_json=as_json))
    if drop_scratch is not None:
        return finish(_drop(settings(), drop_scratch))
    from services.command_line.stages import projection_named, projections

    chosen = list(projections().values()) if every else [projection_named(name or "")]
    built = finish(_rebuild(settings(), Wish(chosen, until, swap, afresh)))
    if as_json:
        tell_json(built)
    else:
        tell_table(("读模型 projection", "表 table", "位置 position", "差异 difference", ""), map(_row, built))
    differs = any(one.difference is not None and not one.difference.is_none for one in built)
    return 1 if differs and not swap and until is None else 0


def _make_sure(wishes: Sequence[bool], *, until: Any, swap: bool) -> None:
    """Raises: click.UsageError unless exactly one thing is wanted."""
    if sum(wishes) != 1:
        raise click.UsageError(
            "给出一个读模型、--all、--list-scratch 或 --drop-scratch 之一"
            " / name one projection, or say --all, --list-scratch or --drop-scratch"
        )
    if swap and until is not None:
        raise click.UsageError("--until 不能与 --swap 同用 / --until builds a copy that is never swapped in")


def _row(one: Rebuilt) -> tuple[Any, ...]:
    found = one.difference
    said = "" if found is None else f"+{found.added} -{found.dropped} ~{found.changed}"
    return one.projection, one.table, one.position, said, one.kept


async def _rebuild(where: Settings, wish: Wish) -> list[Rebuilt]:
    from services.command_line.reading import workplace
    from shared.projections.rebuilding import alone
    from shared.runtime.background import work_in_background

    work_in_background()
    async with workplace(where) as place, alone(place, wish.chosen):
        if wish.until is not None:
            return await _as_of(place, wish)
        return await _beside(place, wish)


async def _as_of(place: Any, wish: Wish) -> list[Rebuilt]:
    from shared.projections.scratch import build_until, position_at

    until = wish.until
    position = await position_at(place.store, until) if isinstance(until, datetime) else int(until or 0)
    position = min(position, await place.store.last())
    with told_progress("重建 / rebuild", position) as told:
        members = await build_until(place, wish.chosen, position, told, afresh=wish.is_afresh)
    found = []
    for member in members:
        schema = member.build.table.rpartition(".")[0]
        view = f"{schema}.{member.projection.name}"
        found.append(Rebuilt(member.projection.name, view, member.position, None, "另存 / kept beside"))
    return found


async def _beside(place: Any, wish: Wish) -> list[Rebuilt]:
    """Everything is built and compared before anything is swapped, so what is interrupted goes on."""
    from shared.projections import rebuilding

    with told_progress("重建 / rebuild", await place.store.last()) as told:
        members = await rebuilding.build_beside(place, wish.chosen, told, afresh=wish.is_afresh)
    differences = [await rebuilding.difference_to_live(place, member) for member in members]
    return [
        await _settled(place, member, difference, is_swapped=wish.is_swapped)
        for member, difference in zip(members, differences, strict=True)
    ]


async def _settled(place: Any, member: Any, difference: "Difference | None", *, is_swapped: bool) -> Rebuilt:
    from shared.projections import rebuilding

    projection, table = member.projection, member.build.table
    if is_swapped:
        await rebuilding.swap(place, member)
        await rebuilding.discard(place, projection)
        return Rebuilt(projection.name, table, member.position, difference, "已替换 / swapped in")
    await rebuilding.discard(place, projection, table=table)
    return Rebuilt(projection.name, table, member.position, difference, "已丢弃 / discarded, --swap keeps it")


async def _list(where: Settings, *, as_json: bool) -> int:
    from shared.projections.scratch import scratches

    async with database(where, "service") as connection:
        found = await scratches(connection)
    if as_json:
        tell_json(found)
        return 0
    headings = ("schema", "位置 position", "读模型 projections", "完成 complete", "MB")
    tell_table(
        headings, [(one.schema, one.position, one.projections, one.is_complete, one.size / 1e6) for one in found]
    )
    return 0


async def _drop(where: Settings, schema: str) -> int:
    from services.command_line.reading import workplace
    from shared.projections.scratch import drop_scratch

    async with workplace(where) as place:
        if not await drop_scratch(place, schema):
            raise LookupError(f"没有 {schema} / there is no {schema}")
    click.echo(f"已删除 / dropped {schema}")
    return 0
