"""The command line. Commands are loaded when they are used, so that a small one starts fast."""

import importlib
import sys

import click

COMMANDS = {
    "up": "services.command_line.commands.up",
    "serve": "services.command_line.commands.serve",
    "provision": "services.command_line.commands.provision",
    "send": "services.command_line.commands.send",
    "file": "services.command_line.commands.file",
    "import": "services.command_line.commands.import_",
    "mail": "services.command_line.commands.mail",
    "case": "services.command_line.commands.case",
    "events": "services.command_line.commands.events",
    "metrics": "services.command_line.commands.metrics",
    "rebuild": "services.command_line.commands.rebuild",
    "heal": "services.command_line.commands.heal",
    "status": "services.command_line.commands.status",
    "doctor": "services.command_line.commands.doctor",
}
"""Each command and the module that has it as `command`."""


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
        command: click.Command = importlib.import_module(module).command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="moldcare", prog_name="moldcare")
def cli() -> None:
    """模具售后服务 / after-sales service for mould makers."""


def main() -> None:
    """Run; 0 success, 1 a fault was found, 2 wrong usage. A failure is one sentence, never a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """One command; its exit code."""
    try:
        outcome = cli.main(arguments, prog_name="moldcare", standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except Exception as error:  # the outermost loop: people get a sentence
        from services.command_line.failures import told

        click.echo(f"moldcare: {told(error)}", err=True)
        return 1
    return outcome if isinstance(outcome, int) else 0


if __name__ == "__main__":
    main()
