"""`moldcare doctor`."""

import click

from services.command_line.asking import finish, settings
from services.command_line.output import json_option, tell_json, tell_table


@click.command()
@json_option
def command(as_json: bool) -> int:
    """检查安装，每项给出办法 / checks of the set-up, each with a remedy."""
    from services.command_line.examination import examined

    findings = finish(examined(settings()))
    if as_json:
        tell_json(findings)
    else:
        rows = [("!" if one.is_warning else one.is_sound, one.check, one.found, one.remedy) for one in findings]
        tell_table(("", "检查 check", "发现 found", "办法 remedy"), rows)
    return 0 if all(one.is_sound for one in findings) else 1
