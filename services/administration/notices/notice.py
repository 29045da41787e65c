"""What a notice says of days, whatever file it came in. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from shared.events.policy import DayHours
from shared.store.order import Fault


class DayKind(StrEnum):
    """What a notice makes of a day. ORDINARY: what its weekday is, whatever was said before."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"
    SPECIAL = "special"
    ORDINARY = "ordinary"


class NoticedDay(Struct, frozen=True):
    """One day. `hours` None: those of an ordinary working day, where it is one that works."""

    day: date
    kind: DayKind
    hours: DayHours | None = None


class Notice(Struct, frozen=True):
    """All days of a notice; `year` where it is the official one of a year."""

    days: tuple[NoticedDay, ...]
    year: int | None = None


class NoticeRefused(Exception):
    """A notice that cannot be taken as it is; every refused line is named in the faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{fault.field} {fault.text}".strip() for fault in faults))
        self.faults = faults


def told_twice(days: Iterable[tuple[str, NoticedDay]]) -> Iterator[Fault]:
    """Days that stand twice; each comes with the field that names it."""
    seen: set[date] = set()
    for field, one in days:
        if one.day in seen:
            yield Fault("V-DUP", "listed_twice", field, {"name": str(one.day)})
        seen.add(one.day)


def day_of(text: object) -> date | None:
    """A day as `2027-01-01`, None for anything else."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == len("2027-01-01") else None
    except ValueError:
        return None
