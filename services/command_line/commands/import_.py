"""`moldcare import`."""

from pathlib import Path

import click

from services.command_line.choices import LateChoice, import_formats
from services.command_line.output import json_option


@click.command("import")
@click.argument("path", metavar="FILE|FOLDER", type=click.Path(path_type=Path, exists=True))
@click.option("--format", "kind", type=LateChoice(import_formats), required=True, help="格式 / what the files are")
@click.option("--source", help="来源名称，默认为文件名 / name of the source of a table, else that of the file")
@click.option("--dry-run", "is_rehearsed", is_flag=True, help="只检查，不写入 / check a table and write nothing")
@click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="未收的行写到这里，默认写在原文件旁 / where the refused rows of a table go, else beside it",
)
@json_option
def command(path: Path, kind: str, source: str | None, is_rehearsed: bool, refused: Path | None, as_json: bool) -> int:
    """导入来信、客户表、模具表 / take in messages (stored first), or tables of customers and moulds."""
    from services.command_line import importing_messages, importing_tables
    from services.command_line.stages import tables

    if kind in tables():
        if path.is_dir():
            raise click.UsageError("表格应为一个文件 / a table is one file")
        asked = importing_tables.Asked(path, kind, source or path.name, is_rehearsed, refused)
        return importing_tables.taken_in(asked, as_json)
    if source is not None or is_rehearsed or refused is not None:
        raise click.UsageError("--source、--dry-run、--refused 只用于表格 / are for tables only")
    return importing_messages.taken_in(path, kind, as_json)
