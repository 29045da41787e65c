"""The command line. Commands are loaded when they are used, so that a small one starts fast."""

import importlib
import os
import sys

import click

from services.command_line.examples import EXAMPLES
from services.command_line.explaining import BothLanguages, with_examples

COMMANDS = {
    "up": "services.command_line.commands.up",
    "serve": "services.command_line.commands.serve",
    "provision": "services.command_line.commands.provision",
    "user": "services.command_line.commands.user",
    "send": "services.command_line.commands.send",
    "file": "services.command_line.commands.file",
    "import": "services.command_line.commands.import_",
    "mail": "services.command_line.commands.mail",
    "letter": "services.command_line.commands.letter",
    "case": "services.command_line.commands.case",
    "events": "services.command_line.commands.events",
    "calendar": "services.command_line.commands.calendar",
    "metrics": "services.command_line.commands.metrics",
    "sla": "services.command_line.commands.sla",
    "rebuild": "services.command_line.commands.rebuild",
    "heal": "services.command_line.commands.heal",
    "outbox": "services.command_line.commands.outbox",
    "status": "services.command_line.commands.status",
    "doctor": "services.command_line.commands.doctor",
    "completion": "services.command_line.commands.completion",
}
"""Each command and the module that has it as `command`."""
PROGRAM = "moldcare"
click.Context.formatter_class = BothLanguages
COMPLETING = "_MOLDCARE_COMPLETE"
"""Set by the shell that asks for completions."""


class Commands(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, loaded now."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        return _explained(importlib.import_module(module).command, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with its whole sentence: nothing is cut off."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(self.get_command(ctx, name))) for name in self.list_commands(ctx)])


def summary(command: click.Command | None) -> str:
    """The first paragraph of a command's help."""
    return ((command and command.help) or "").partition("\n\n")[0]


def _explained(command: click.Command, name: str) -> click.Command:
    if isinstance(command, click.Group):
        for part, subcommand in command.commands.items():
            with_examples(subcommand, EXAMPLES.get(f"{name} {part}", ()))
        return command
    return with_examples(command, EXAMPLES.get(name, ()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="退出码：0 完成，1 发现问题，2 用法不对 / exit codes: 0 done, 1 a fault was found, 2 wrong usage",
)
@click.version_option(package_name="moldcare", prog_name=PROGRAM)
def cli() -> None:
    """模具售后服务 / after-sales service for mould makers."""


def main() -> None:
    """Run, or complete for a shell; 0 success, 1 a fault was found, 2 wrong usage."""
    if instruction := os.environ.get(COMPLETING):
        from services.command_line.completing import completed

        sys.exit(completed(cli, instruction))
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """One command; its exit code. A failure is one sentence, never a traceback."""
    try:
        with cli.make_context(PROGRAM, list(arguments)) as context:
            outcome = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except (Exception, KeyboardInterrupt) as error:  # the outermost loop: people get a sentence
        from services.command_line.failures import ended_by

        return ended_by(error, as_json="--json" in arguments)
    return outcome if isinstance(outcome, int) else 0


if __name__ == "__main__":
    main()
