"""`moldcare provision`."""

import click

from services.command_line.asking import finish, settings
from services.command_line.output import json_option, tell_json
from shared.runtime.settings import Settings


@click.command()
@click.option("--check", is_flag=True, help="只检查 / change nothing, say what is missing")
@json_option
def command(check: bool, as_json: bool) -> int:
    """建立流、角色、数据库结构 / create what services need: streams, roles, schema."""
    where = settings()
    if check:
        return told(finish(_faults(where)), as_json)
    from shared.runtime.provisioning import provision

    made = finish(provision(where))
    if as_json:
        tell_json({"made": made})
    else:
        click.echo("\n".join(made) or "没有要做的 / nothing to do")
    return 0


async def _faults(where: Settings) -> list[str]:
    from shared.runtime.readiness import NotReady, make_sure

    try:
        await make_sure(where.access("service"))
    except NotReady as fault:
        return fault.faults
    return []


def told(faults: list[str], as_json: bool) -> int:
    """Show what is missing; the exit code."""
    if as_json:
        tell_json({"faults": faults})
    else:
        click.echo("\n".join(faults) or "一切就绪 / everything is there")
    return 1 if faults else 0
