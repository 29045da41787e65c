"""`moldcare completion`."""

import click
from click.shell_completion import get_completion_class

from services.command_line.output import json_option, tell_json


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
def command(shell: str, as_json: bool) -> None:
    """输出补全脚本 / print the script that lets a shell complete commands, options and ids."""
    from services.command_line.main import COMPLETING, PROGRAM, cli

    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(shell)
    script = kind(cli, {}, PROGRAM, COMPLETING).source()
    if as_json:
        tell_json({"shell": shell, "script": script})
    else:
        click.echo(script)
