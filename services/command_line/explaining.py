"""Help pages as people read them: in both languages, with Chinese as wide as it is, and with examples."""

from collections.abc import Iterable
from itertools import zip_longest

import click
from rich.cells import cell_len

from services.command_line.tables import wrapped

_SAID = {
    "Usage": "用法 / Usage",
    "Options": "选项 / Options",
    "Commands": "命令 / Commands",
    "Show this message and exit.": "显示帮助 / show this page",
    "Show the version and exit.": "显示版本 / show the version",
}
"""What click itself says, in both languages."""
_LIST_COLUMN = 28
"""Cells of the left column at most; what is longer has its explanation below it."""
_VERBATIM = "\b"


class BothLanguages(click.HelpFormatter):
    """Writes help pages."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is called."""
        super().write_usage(prog, args, prefix or f"{_SAID['Usage']}: ")

    def write_heading(self, heading: str) -> None:
        """The heading of a part."""
        super().write_heading(_SAID.get(heading, heading))

    def write_text(self, text: str) -> None:
        """Paragraphs; those that begin with a backspace stay as they are."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            lines = paragraph.splitlines()
            if lines[:1] != [_VERBATIM]:
                lines = ["", *wrapped(" ".join(lines), self.width - self.current_indent)]
            if number:
                self.write_paragraph()
            self.write("".join(f"{indent}{line}\n" for line in lines[1:]))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _LIST_COLUMN, col_spacing: int = 2) -> None:
        """Names on the left, what they mean on the right."""
        told = list(rows)
        left = min(max((cell_len(name) for name, _ in told), default=0), col_max)
        for name, meaning in told:
            lines = wrapped(_SAID.get(meaning, meaning), self.width - self.current_indent - left - col_spacing)
            names = [name] if cell_len(name) <= left else [name, ""]
            meanings = lines if len(names) == 1 else ["", *lines]
            for first, second in zip_longest(names, meanings, fillvalue=""):
                space = " " * (max(0, left - cell_len(first)) + col_spacing)
                self.write(f"{' ' * self.current_indent}{first}{space}{second}".rstrip() + "\n")


def with_examples(command: click.Command, examples: Iterable[str]) -> click.Command:
    """The command with examples below its help."""
    lines = [f"  {line}" for line in examples]
    if lines:
        command.epilog = "\n".join([_VERBATIM, "例 / Examples:", *lines])
    return command
