"""Takes messages in for `moldcare import`, and tells what became of each."""

from pathlib import Path

import click

from services.command_line.asking import finish, settings
from services.command_line.output import tell_json, tell_table
from services.command_line.stages import imports
from shared.runtime.imported import Imported, Totals, totals
from shared.runtime.settings import Settings


def taken_in(path: Path, kind: str, as_json: bool) -> int:
    """Take in a file or a folder; the exit code, 1 when something did not become a case or stand in a list."""
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

    ends: list[Imported] = []
    async with ground(where, "service") as here:
        async for one in imports()[kind](here, path):
            ends.append(one)
            if not quiet and len(ends) % 100 == 0:
                click.echo(f"{len(ends)} …", err=True)
    return ends, totals(ends)
