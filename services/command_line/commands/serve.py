"""`moldcare serve`."""

import os

import click

from services.command_line import serve
from shared.runtime.settings import settings_of


@click.command()
@click.argument("service", type=click.Choice(serve.SERVICES))
def command(service: str) -> None:
    """运行一个服务 / run one service against servers that stand already."""
    serve.run(settings_of(os.environ), [service])
