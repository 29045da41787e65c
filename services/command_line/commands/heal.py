"""`moldcare heal`."""

from typing import TYPE_CHECKING, Any

import click

from services.command_line.asking import finish, settings
from services.command_line.case_id import CASE_ID
from services.command_line.choices import case_projection_names, one_of
from services.command_line.output import json_option, tell_json, tell_table
from shared.runtime.settings import Settings

if TYPE_CHECKING:
    from shared.projections.healing import Healed
    from shared.projections.projection import Projection


@click.command()
@click.argument("case_id", metavar="CASE", type=CASE_ID)
@click.option(
    "--projection", "name", shell_complete=one_of(case_projection_names), help="只此一个读模型 / this projection only"
)
@json_option
def command(case_id: str, name: str | None, as_json: bool) -> int:
    """重算一个被隔离的服务单 / fold a quarantined case again after the fix."""
    from services.command_line.stages import projection_named, projections

    wanted = [projection_named(name)] if name else list(projections().values())
    chosen = [one for one in wanted if not one.kinds or "case" in one.kinds]
    if not chosen:
        raise LookupError(f"{name} 不含服务单 / {name} holds no cases")
    done, broken = finish(_heal(settings(), case_id, chosen))
    if as_json:
        tell_json({"healed": done, "broken": broken})
    else:
        tell_table(("表 table", "行 rows", "放出 unparked"), [(one.table, one.rows, one.unparked) for one in done])
        for table, why in broken.items():
            click.echo(f"{table}: 仍不能处理 / still cannot be taken: {why}", err=True)
    return 1 if broken else 0


async def _heal(where: Settings, case_id: str, chosen: list["Projection"]) -> tuple[list["Healed"], dict[str, Any]]:
    from services.command_line.reading import workplace
    from shared.events.envelope import subject_of
    from shared.projections.healing import StillBroken, heal

    subject = subject_of("case", case_id)
    done: list[Healed] = []
    broken: dict[str, Any] = {}
    async with workplace(where) as place:
        if not await place.store.head(subject):
            raise LookupError(f"没有服务单 {case_id} / there is no case {case_id}")
        for projection in chosen:
            try:
                done.append(await heal(place, projection, subject))
            except StillBroken as error:
                broken[projection.name] = str(error)
    return done, broken
