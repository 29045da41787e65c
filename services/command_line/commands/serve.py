"""`moldcare serve`."""

import click

from services.command_line.announcing import Voice
from services.command_line.asking import settings
from services.command_line.choices import LateChoice, services
from services.command_line.output import json_option


@click.command()
@click.argument("service", metavar="SERVICE", type=LateChoice(services))
@json_option
def command(service: str, as_json: bool) -> None:
    """运行一个服务 / run one service against servers that stand already.

    SERVICE: intake, triage, dispatch, followup, analytics, administration, console
    """
    from services.command_line.serve import run

    run(settings(), [service], Voice(as_json=as_json))
