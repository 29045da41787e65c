"""`moldcare up`."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from services.command_line import up
from shared.runtime.settings import settings_of


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="数据目录 / data folder [var/]")
@click.option("--port", type=click.IntRange(0, 65535), help="控制台端口 / port of the console [8000]")
@click.option(
    "--sample", is_flag=True, help="示例用户，空库时填充示例月 / sample sign-ins, and a sample month in an empty store"
)
@click.option("--only", metavar="SERVICE,…", help="只运行这些服务 / run these services against configured servers")
def command(data: Path | None, port: int | None, sample: bool, only: str | None) -> None:
    """启动全部服务 / start everything on embedded servers; Ctrl-C stops it."""
    environment = dict(os.environ)
    if port is not None:
        environment["MOLDCARE_PORT"] = str(port)
    settings = settings_of(environment, data)
    if only is not None:
        from services.command_line.serve import SERVICES, run

        run(settings, _chosen(only, SERVICES))
        return
    up.run(settings, sample=sample)


def _chosen(only: str, known: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(name.strip() for name in only.split(",") if name.strip()))
    if not wanted or any(name not in known for name in wanted):
        raise click.BadParameter(f"服务有 / the services are {', '.join(known)}", param_hint="--only")
    return wanted
