"""`moldcare import`."""

from pathlib import Path

import click

from services.command_line.asking import finish, settings
from services.command_line.choices import LateChoice, import_formats
from services.command_line.output import json_option, tell_json, tell_table
from shared.runtime.imported import Imported, Totals, totals
from shared.runtime.settings import Settings


@click.command("import")
@click.argument("path", metavar="FILE|FOLDER", type=click.Path(path_type=Path, exists=True))
@click.option("--format", "kind", type=LateChoice(import_formats), required=True, help="格式 / what the files are")
@json_option
def command(path: Path, kind: str, as_json: bool) -> int:
    """导入来信 / take messages in: each is stored first, then becomes a case or stands in a list."""
    ends, sums = finish(_imported(settings(), path, kind, as_json))
    if as_json:
        tell_json({"files": ends, "totals": sums})
    else:
        headings = ("文件 file", "结果 outcome", "服务单 case", "位置 INTAKE", "说明 note")
        tell_table(
            headings, [(Path(one.path).name, one.outcome, one.case_id, one.sequence or "", _note(one)) for one in ends]
        )
        click.echo(
            f"共 {sums.files} = 登记 {sums.registered} + 已有 {sums.already_there} + 列出 {sums.listed}"
            f" + 待查 {sums.quarantined} + 等待 {sums.waiting} + 未收 {sums.refused} / {sums.files} in"
            f" = {sums.registered} registered + {sums.already_there} already there + {sums.listed} listed"
            f" + {sums.quarantined} quarantined + {sums.waiting} waiting + {sums.refused} refused"
        )
    return 1 if sums.quarantined or sums.waiting or sums.refused else 0


def _note(one: Imported) -> str:
    return " ".join(part for part in (one.listing, one.error) if part)


async def _imported(where: Settings, path: Path, kind: str, quiet: bool) -> tuple[list[Imported], Totals]:
    from services.command_line.ground import ground
    from services.command_line.stages import imports

    ends: list[Imported] = []
    async with ground(where, "service") as here:
        async for one in imports()[kind](here, path):
            ends.append(one)
            if not quiet and len(ends) % 100 == 0:
                click.echo(f"{len(ends)} …", err=True)
    return ends, totals(ends)
