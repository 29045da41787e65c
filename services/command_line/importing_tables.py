"""Takes tables of master data in for `moldcare import`: progress, totals, and the refused rows in a file."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct

from services.command_line.asking import finish, settings
from services.command_line.output import tell_json, tell_table
from services.command_line.progress import told_progress
from services.command_line.stages import tables
from shared.runtime.imported_rows import ImportedRow, row_totals
from shared.runtime.settings import Settings

_SHOWN = 50
"""Rows that a table for people shows of each kind; the file and `--json` hold all."""


class Asked(Struct, frozen=True):
    """What was asked: a file, its format, the name of its source, whether nothing is written, where refused rows go."""

    path: Path
    kind: str
    source: str
    is_rehearsed: bool
    refused: Path | None


class Told(Struct):
    """The end of an import: each row, sheets that were passed over, and the file of the refused rows."""

    ends: list[ImportedRow]
    passed_over: Sequence[str]
    refused_file: Path | None = None


def taken_in(asked: Asked, as_json: bool) -> int:
    """Take a table in; the exit code, 1 when rows were refused."""
    if asked.refused is not None and asked.refused.resolve() == asked.path.resolve():
        raise click.UsageError("--refused 不能是导入的文件本身 / is the file that is imported")
    told = finish(_imported(settings(), asked))
    sums = row_totals(told.ends)
    refused = [one for one in told.ends if one.outcome == "refused"]
    if as_json:
        answer = {"dry_run": asked.is_rehearsed, "totals": sums, "refused": refused, "refused_file": None}
        answer |= {"refused_file": str(told.refused_file)} if told.refused_file else {}
        answer |= {"passed_over_sheets": told.passed_over}
        answer |= (
            {"rows": [one for one in told.ends if one.outcome in ("new", "changed")]} if asked.is_rehearsed else {}
        )
        tell_json(answer)
    else:
        _tell(asked, told, refused)
    return 1 if refused else 0


def _tell(asked: Asked, told: Told, refused: Sequence[ImportedRow]) -> None:
    if told.passed_over:
        click.echo(f"只读第一张表，略过 / only the first sheet is read, not: {', '.join(told.passed_over)}", err=True)
    if asked.is_rehearsed:
        changes = [one for one in told.ends if one.outcome in ("new", "changed")]
        rows = [(one.row, one.number, one.outcome, ", ".join(one.changed)) for one in changes[:_SHOWN]]
        tell_table(("行 row", "编号 number", "结果 outcome", "字段 fields"), rows)
    if refused:
        lines = [(row.row, row.number, one.code, one.heading, one.message) for row in refused for one in row.errors]
        tell_table(("行 row", "编号 number", "代码 code", "表头 heading", "原因 why"), lines[:_SHOWN])
    sums = row_totals(told.ends)
    tense = ("试算，未写入：", "dry run, nothing written: ") if asked.is_rehearsed else ("", "")
    click.echo(
        f"{tense[0]}共 {sums.rows} 行 = 新增 {sums.new} + 变更 {sums.changed} + 未变 {sums.unchanged}"
        f" + 未收 {sums.refused} / {tense[1]}{sums.rows} rows = {sums.new} new + {sums.changed} changed"
        f" + {sums.unchanged} unchanged + {sums.refused} refused"
    )
    if told.refused_file is not None:
        click.echo(f"未收的行 / refused rows: {told.refused_file}")


async def _imported(where: Settings, asked: Asked) -> Told:
    from services.command_line.ground import ground

    async with (
        ground(where, "service") as here,
        tables()[asked.kind](here, asked.path, source=asked.source, is_rehearsed=asked.is_rehearsed) as table,
    ):
        ends: list[ImportedRow] = []
        with told_progress("导入 / import", table.rows) as told_done:
            async for one in table.run():
                ends.append(one)
                told_done(len(ends))
        told = Told(ends, table.passed_over)
        if any(one.outcome == "refused" for one in ends):
            told.refused_file = _kept(asked, table.refused(ends))
        return told


def _kept(asked: Asked, content: bytes) -> Path:
    """Write the refused rows where they were asked for, else beside the file, where nothing stands yet.

    The file is for whoever imports alone: it holds what the rows say of persons.
    """
    if asked.refused is not None:
        _write(asked.refused, content, os.O_TRUNC)
        return asked.refused
    for number in range(1, 10_000):
        path = asked.path.with_name(f"{asked.path.stem}.refused{'' if number == 1 else f'-{number}'}.csv")
        try:
            _write(path, content, os.O_EXCL)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(asked.path.with_suffix(".refused.csv"))


def _write(path: Path, content: bytes, how: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "wb") as file:
        file.write(content)
