"""What a URL asks of a read: its query parameters, checked like the fields of a command."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Request

from services.intake.stage import SORTS
from shared.store.order import Fault, Refused

LONGEST_LIST = 500
MOST = 2**63 - 1
SORT_NAMES = tuple(sign + name for name in SORTS for sign in ("", "-"))
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
AsOf = int | datetime | None


class Query:
    """The parameters of one request. Every fault is noted; `done` raises them together."""

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        self._given = request.query_params
        self._faults: list[Fault] = []

    def text(self, name: str, default: str = "") -> str:
        """A short text that PostgreSQL can take."""
        value = str(self._given.get(name, default))
        if _UNFIT.search(value) or len(value) > 1000:
            self._faults.append(Fault("V-FMT", "forbidden_character", name))
            return default
        return value

    def choice(self, name: str, options: Sequence[str], default: str) -> str:
        """One of a few."""
        value = self.text(name, default)
        if value not in options:
            self._faults.append(Fault("V-ENUM", "not_in_vocabulary", name, {"allowed": ", ".join(options)}))
        return value

    def choices(self, name: str, options: Sequence[str]) -> tuple[str, ...]:
        """Some of a few, with commas between."""
        values = tuple(dict.fromkeys(value for value in self.text(name).split(",") if value))
        if not set(values) <= set(options):
            self._faults.append(Fault("V-ENUM", "not_in_vocabulary", name, {"allowed": ", ".join(options)}))
        return values

    def number(self, name: str, default: int, least: int = 0, most: int = MOST) -> int:
        """A whole number."""
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            self._faults.append(Fault("V-FMT", "not_number", name))
            return default
        if not least <= int(text) <= most:
            self._faults.append(Fault("V-RANGE", "out_of_range", name, {"least": least, "most": most}))
        return int(text)

    def limit(self) -> int:
        """How many items at most."""
        return self.number("limit", 50, 1, LONGEST_LIST)

    def cursor(self) -> str | None:
        """Where the page before ended."""
        return self.text("cursor") or None

    def as_of(self) -> AsOf:
        """A position of the log or an instant, None for now."""
        text = self.text("as_of")
        if not text:
            return None
        if text.isascii() and text.isdecimal():
            return self.number("as_of", 0)
        return self.checked("as_of", text, _instant, "not_an_instant")

    def checked[T](self, name: str, text: str, read: Callable[[str], T], fault: str) -> T | None:
        """What `read` makes of a text; None and a fault when it raises ValueError."""
        try:
            return read(text)
        except ValueError:
            self._faults.append(Fault("V-FMT", fault, name))
            return None

    def done(self) -> None:
        """Raises: Refused with every fault there was."""
        if self._faults:
            raise Refused(*self._faults)


def _instant(text: str) -> datetime:
    # A plus sign in a URL that nobody escaped arrives as a blank.
    instant = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
    if instant.tzinfo is None or not 1990 <= instant.year <= 2200:
        raise ValueError(text)
    return instant.astimezone(UTC)
