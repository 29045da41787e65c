"""`moldcare rebuild`."""

from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from services.command_line.asking import finish, settings
from services.command_line.choices import one_of, projection_names
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json, tell_table
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


@click.command()
@click.argument("name", metavar="PROJECTION", required=False, shell_complete=one_of(projection_names))
@click.option("--all", "every", is_flag=True, help="全部读模型 / every projection")
@click.option("--until", type=MOMENT, help="建到此时为止，另存一表 / as it was then, in a table of its own")
@click.option("--swap", is_flag=True, help="替换现用的表 / serve the new rows from now on")
@json_option
def command(name: str | None, every: bool, until: Any, swap: bool, as_json: bool) -> int:
    """在旁重建读模型 / build a read model anew beside the live one and compare the rows."""
    from services.command_line.stages import projection_named, projections

    if (name is None) is not every:
        raise click.UsageError("给出一个读模型或 --all / name one projection, or say --all")
    if swap and until is not None:
        raise click.UsageError("--until 不能与 --swap 同用 / --until builds a copy that is never swapped in")
    chosen = list(projections().values()) if every else [projection_named(name or "")]
    built = finish(_rebuild(settings(), chosen, until=until, swap=swap))
    if as_json:
        tell_json(built)
    else:
        tell_table(("读模型 projection", "表 table", "位置 position", "差异 difference", ""), map(_row, built))
    differs = any(one.difference is not None and not one.difference.is_none for one in built)
    return 1 if differs and not swap and until is None else 0


def _row(one: Rebuilt) -> tuple[Any, ...]:
    found = one.difference
    said = "" if found is None else f"+{found.added} -{found.dropped} ~{found.changed}"
    return one.projection, one.table, one.position, said, one.kept


async def _rebuild(where: Settings, chosen: list["Projection"], *, until: Any, swap: bool) -> list[Rebuilt]:
    from services.command_line.reading import workplace
    from shared.runtime.background import work_in_background

    work_in_background()
    async with workplace(where) as place:
        built = []
        for projection in chosen:
            click.echo(f"{projection.name} …", err=True)
            built.append(await _one(place, projection, until=until, swap=swap))
        return built


async def _one(place: Any, projection: "Projection", *, until: Any, swap: bool) -> Rebuilt:
    from shared.projections import rebuilding

    if until is not None:
        member = await rebuilding.build_until(place, projection, until)
        return Rebuilt(projection.name, member.build.table, member.position, None, "另存 / kept beside")
    member = await rebuilding.build_beside(place, projection)
    await rebuilding.level(place, member)
    difference = await _difference(place, projection, member)
    table = member.build.table
    if swap:
        await rebuilding.swap(place, member)
        await rebuilding.discard(place, projection)
        return Rebuilt(projection.name, table, member.position, difference, "已替换 / swapped in")
    await rebuilding.discard(place, projection, table=table)
    return Rebuilt(projection.name, table, member.position, difference, "已丢弃 / discarded, --swap keeps it")


async def _difference(place: Any, projection: "Projection", member: Any) -> "Difference | None":
    from shared.projections.builds import live_build
    from shared.projections.rebuilding import compare
    from shared.projections.statements import Statements

    async with place.pool.connection() as connection:
        live = await live_build(Statements(connection), projection.name)
    return await compare(place, projection, live.table, member.build.table) if live is not None else None
