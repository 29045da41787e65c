"""`moldcare up`."""

import os
from pathlib import Path

import click

from services.command_line.announcing import Voice
from services.command_line.choices import services, some_of
from services.command_line.output import json_option
from shared.runtime.settings import settings_of


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="数据目录 / data folder [var/]")
@click.option("--port", type=click.IntRange(0, 65535), help="控制台端口 / port of the console [8000]")
@click.option(
    "--sample", is_flag=True, help="示例用户，空库时填充示例月 / sample sign-ins, and a sample month in an empty store"
)
@click.option(
    "--only",
    metavar="SERVICE,…",
    shell_complete=some_of(services),
    help="只运行这些服务 / run these services against configured servers",
)
@json_option
def command(data: Path | None, port: int | None, sample: bool, only: str | None, as_json: bool) -> None:
    """启动全部服务 / start everything on embedded servers; Ctrl-C stops it."""
    environment = dict(os.environ)
    if port is not None:
        environment["MOLDCARE_PORT"] = str(port)
    settings, voice = settings_of(environment, data), Voice(as_json=as_json)
    if only is not None:
        from services.command_line.serve import run

        run(settings, _chosen(only), voice)
        return
    from services.command_line import up

    up.run(settings, voice, sample=sample)


def _chosen(only: str) -> tuple[str, ...]:
    wanted, known = tuple(dict.fromkeys(name.strip() for name in only.split(",") if name.strip())), services()
    if not wanted or any(name not in known for name in wanted):
        raise click.BadParameter(f"服务有 / the services are {', '.join(known)}", param_hint="--only")
    return wanted
