"""The number of a case on the command line."""

import re
from typing import Any

import click
from click.shell_completion import CompletionItem

from services.command_line.completing import case_ids

_SHAPE = re.compile(r"[0-9a-z]{4}-[0-9a-z]{5}")


class CaseId(click.ParamType[str]):
    """As it was answered at the registration, in any case of letters; anything else is wrong usage."""

    name = "ID"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number in small letters."""
        text = str(value).strip().lower()
        if _SHAPE.fullmatch(text) is None:
            self.fail(f"{value} 不是服务单编号 / {value} is not the number of a case", param, ctx)
        return text

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """The newest cases that begin so."""
        return case_ids(ctx, param, incomplete)


CASE_ID = CaseId()
