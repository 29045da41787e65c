"""Days of a company as a table: `date,kind[,intervals]`, intervals as `08:30-12:00 13:00-17:30`. Pure."""

import csv
import io
from collections.abc import Iterator, Sequence

from services.administration.notices.notice import DayKind, Notice, NoticedDay, NoticeRefused, day_of, told_twice
from shared.events.policy import DayHours
from shared.rules.calendars import faults_of_day
from shared.store.order import Fault

_HEADINGS = (("date", "kind"), ("日期", "类别"))
_KINDS = {kind.value: kind for kind in DayKind} | {
    "假日": DayKind.HOLIDAY,
    "补班": DayKind.WORKDAY,
    "特殊": DayKind.SPECIAL,
    "恢复": DayKind.ORDINARY,
}
_WITH_HOURS = (DayKind.WORKDAY, DayKind.SPECIAL)


def table_notice(content: bytes) -> Notice:
    """The days in these bytes, UTF-8 or GB18030; further cells are intervals too. Raises: NoticeRefused."""
    records = _records(content)
    if not records or tuple(cell.strip().lower() for cell in records[0][1][:2]) not in _HEADINGS:
        raise NoticeRefused(Fault("V-FMT", "not_a_calendar_notice"))
    faults = [fault for line, cells in records[1:] for fault in _faults(cells, f"{line}")]
    if len(records) == 1:
        faults.append(Fault("V-REQ", "missing", "date"))
    if faults:
        raise NoticeRefused(*faults)
    days = [(f"{line}:date", _noticed(cells)) for line, cells in records[1:]]
    if twice := list(told_twice(days)):
        raise NoticeRefused(*twice)
    return Notice(tuple(one for _, one in days))


def _records(content: bytes) -> list[tuple[int, list[str]]]:
    """Lines that say something, with their numbers."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    head = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise NoticeRefused(Fault("V-FMT", "not_a_calendar_notice")) from None


def _faults(cells: Sequence[str], line: str) -> Iterator[Fault]:
    if day_of(cells[0].strip()) is None:
        yield Fault("V-FMT", "not_a_day", f"{line}:date")
    kind = _kind(cells)
    if kind is None:
        yield Fault("V-ENUM", "not_in_vocabulary", f"{line}:kind", {"allowed": ", ".join(_KINDS)})
    hours = _hours(cells)
    yield from faults_of_day(hours, f"{line}:intervals")
    if hours and kind is not None and kind not in _WITH_HOURS:
        yield Fault("V-FMT", "only_for", f"{line}:intervals", {"condition": ", ".join(_WITH_HOURS)})


def _kind(cells: Sequence[str]) -> DayKind | None:
    return _KINDS.get(cells[1].strip().lower()) if len(cells) > 1 else None


def _hours(cells: Sequence[str]) -> DayHours:
    return [interval.split("-") for cell in cells[2:] for interval in cell.split()]


def _noticed(cells: Sequence[str]) -> NoticedDay:
    day, kind, hours = day_of(cells[0].strip()), _kind(cells), _hours(cells)
    assert day is not None
    assert kind is not None
    is_ordinary = kind is DayKind.WORKDAY and not hours
    return NoticedDay(day, kind, None if is_ordinary else hours)
