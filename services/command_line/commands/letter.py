"""`moldcare letter`."""

from pathlib import Path

import click

from services.command_line.output import json_option, tell_json, tell_table

_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="MOLDCARE_LETTERS",
    help="自己的模板所在文件夹 / the folder of your own templates",
)


@click.group()
def command() -> None:
    """发给客户的信函 / letters to customers."""


@command.command("list")
@_FOLDER
@json_option
def list_letters(folder: Path | None, as_json: bool) -> int:
    """全部模板、版本与可用占位符；有错误时退出码为 1 / all templates, their versions and what may stand in them."""
    from services.followup.stage import letter_faults, letter_previews, placeholders

    broken = list(letter_faults(folder))
    rows = [] if broken else [(one.letter, placeholders(one.letter.split(".")[0])) for one in letter_previews(folder)]
    if as_json:
        tell_json({"letters": [{"letter": letter, "placeholders": names} for letter, names in rows], "faults": broken})
    else:
        tell_table(("模板 template", "占位符 placeholders"), [(letter, ", ".join(names)) for letter, names in rows])
        for fault in broken:
            click.echo(fault, err=True)
    return 1 if broken else 0


@command.command()
@click.argument("name", required=False)
@click.option("--language", type=click.Choice(["zh", "en"]), help="只看一种语言 / one language only")
@_FOLDER
@json_option
def preview(name: str | None, language: str | None, folder: Path | None, as_json: bool) -> int:
    """按示例内容预览信函，不需要运行服务 / letters as a customer would read them, with samples; nothing need run."""
    from services.followup.stage import letter_faults, letter_previews

    if broken := [] if name else list(letter_faults(folder)):
        click.echo("\n".join(broken), err=True)
        return 1
    found = letter_previews(folder, name, language)
    if as_json:
        tell_json(found)
    else:
        click.echo("\n".join(f"── {one.letter} ──\n{one.text or one.fault}" for one in found))
    return 1 if any(one.fault for one in found) else 0
