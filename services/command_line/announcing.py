"""What a long-running process says about itself: lines for people, or one JSON document when it is ready."""

import sys
from collections.abc import Sequence
from typing import TextIO

from services.command_line.output import tell_json, width_of
from services.command_line.tables import folded_rows


class Voice:
    """Lines for people go to standard output; where a program reads that, to standard error."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json

    @property
    def out(self) -> TextIO:
        """Where lines for people go."""
        return sys.stderr if self._as_json else sys.stdout

    def say(self, line: str) -> None:
        """One line for whoever watches."""
        print(line, file=self.out, flush=True)

    def ready(self, facts: Sequence[tuple[str, str, str | Sequence[str]]]) -> None:
        """Everything is there: for each fact its name for programs, its heading for people, and its value."""
        if self._as_json:
            tell_json({name: value for name, _, value in facts})
        rows = [[heading, value if isinstance(value, str) else ", ".join(value)] for _, heading, value in facts]
        for lines in folded_rows(rows[0], rows[1:], width_of(self.out)):
            self.say("\n".join(lines))
