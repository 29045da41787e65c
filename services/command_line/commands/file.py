"""`moldcare file`."""

from collections.abc import AsyncIterator
from pathlib import Path

import click

from services.command_line.asking import finish, settings
from services.command_line.output import json_option, tell_json
from shared.files.port import StoredFile
from shared.runtime.settings import Settings

_PORTION = 256 * 1024


@click.group()
def command() -> None:
    """附件 / attachments."""


@command.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@json_option
def put(path: Path, as_json: bool) -> None:
    """存入一个文件，给出引用 / store a file and print its file_ref."""
    kept = finish(_put(settings(), path))
    if as_json:
        names = ("file_ref", "sha256", "mime", "size_bytes")
        tell_json({name: getattr(kept, name) for name in names})
    else:
        click.echo(kept.file_ref)


async def _put(where: Settings, path: Path) -> StoredFile:
    from services.command_line.ground import ground

    async with ground(where, "console") as here:
        return await here.files.put(_pieces(path), path.name)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PORTION):
            yield piece
