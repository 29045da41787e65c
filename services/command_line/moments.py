"""A moment on the command line: a position of the log, or an instant."""

from datetime import datetime
from typing import Any

import click

from services.command_line.output import SHOWN_IN


class Moment(click.ParamType[int | datetime]):
    """`1234`, or RFC 3339; an instant without offset is meant in the company's zone."""

    name = "TIME|SEQ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | datetime:
        """The position or the instant; anything else is wrong usage."""
        if isinstance(value, int | datetime):
            return value
        text = str(value)
        if text.isascii() and text.isdecimal() and len(text) < 19:
            return int(text)
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text} 不是时间也不是序号 / {text} is neither a time nor a position", param, ctx)
        return instant if instant.tzinfo is not None else instant.replace(tzinfo=SHOWN_IN)


MOMENT = Moment()
