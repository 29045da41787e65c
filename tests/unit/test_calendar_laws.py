"""Laws of business time for any calendar, and a recount of it second by second that knows nothing of sums."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.clocks.calendar import Calendar
from shared.events.policy import CalendarContent

LAWS = settings(max_examples=60, deadline=None)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EDGES = {
    "Asia/Shanghai": date(2026, 10, 5),
    "Europe/Berlin": date(2026, 3, 29),
    "America/New_York": date(2026, 11, 1),
    "Australia/Lord_Howe": date(2026, 4, 5),
    "America/Santiago": date(2026, 9, 6),
    "Asia/Beirut": date(2026, 3, 29),
}
"""Zones, and a day in 2026 around which something happens: holidays, or the clocks change, in some at midnight."""
BEFORE, SECONDS = timedelta(days=4), 9 * 86_400
"""What is recounted: from four days before that day, for nine days."""
Pause = tuple[datetime, datetime]


def _told(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def hours(draw: Any) -> list[list[str]]:
    """Up to three intervals in order and apart, to the minute, often with a border at midnight or in a change."""
    border = st.sampled_from((0, 60, 90, 120, 150, 180, 1440)) | st.integers(0, 1440)
    borders = sorted(draw(st.lists(border, max_size=6, unique=True)))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    return [[_told(begins), _told(ends)] for begins, ends in pairs]


@st.composite
def contents(draw: Any) -> CalendarContent:
    """A calendar with holidays and special days around what happens in its zone."""
    zone = draw(st.sampled_from(sorted(EDGES)))
    near = st.integers(-4, 4).map(lambda days: str(EDGES[zone] + timedelta(days=days)))
    body = {
        "timezone": zone,
        "week": draw(st.dictionaries(st.sampled_from(DAYS), hours(), min_size=3)),
        "holidays": draw(st.lists(near, max_size=3, unique=True)),
        "special_days": draw(st.dictionaries(near, hours(), max_size=3)),
    }
    content = msgspec.convert(body, CalendarContent)
    assume(any(content.week.values()))
    return content


@st.composite
def moments(draw: Any, content: CalendarContent) -> datetime:
    """A second of the days that are recounted."""
    edge = EDGES[content.timezone]
    midnight = datetime(edge.year, edge.month, edge.day, tzinfo=ZoneInfo(content.timezone))
    return midnight.astimezone(UTC) + timedelta(seconds=draw(st.integers(-2 * 86_400, 2 * 86_400)))


@st.composite
def pauses(draw: Any, content: CalendarContent) -> list[Pause]:
    """Pauses in no order, some of which overlap."""
    found = draw(st.lists(st.tuples(moments(content), moments(content)), max_size=3))
    return [(min(pair), max(pair)) for pair in found]


class Recount:
    """Every second of some days, open or not, by what the clock on the wall has shown so far."""

    def __init__(self, content: CalendarContent, paused: list[Pause]) -> None:
        self.begins = _begin(content.timezone)
        stood = [(int((a - self.begins).total_seconds()), int((b - self.begins).total_seconds())) for a, b in paused]
        self.counted = bytearray(SECONDS)
        for minute, shown in enumerate(_shown(content.timezone)):
            if _is_open(content, shown):
                self.counted[minute * 60 : minute * 60 + 60] = b"\1" * 60
        for begins, ends in stood:
            self.counted[max(0, begins) : max(0, ends)] = bytes(max(0, ends) - max(0, begins))
        del self.counted[SECONDS:]

    def at(self, moment: datetime) -> int:
        return int((moment - self.begins).total_seconds())

    def elapsed(self, start: datetime, end: datetime) -> int:
        return sum(self.counted[self.at(start) : self.at(end)])

    def due(self, start: datetime, seconds: int) -> datetime | None:
        """By counting, None when it lies beyond the days that are recounted."""
        left = seconds
        for second in range(self.at(start), SECONDS):
            if left == 0 and (seconds or self.counted[second]):
                return self.begins + timedelta(seconds=second)
            left -= self.counted[second] if seconds else 0
        return None

    def due_backward(self, end: datetime, seconds: int) -> datetime | None:
        left = seconds
        for second in range(self.at(end), 0, -1):
            if left == 0 and (seconds or self.counted[second - 1]):
                return self.begins + timedelta(seconds=second)
            left -= self.counted[second - 1] if seconds else 0
        return None


def _begin(zone: str) -> datetime:
    edge = EDGES[zone]
    return datetime(edge.year, edge.month, edge.day, tzinfo=UTC) - BEFORE


@cache
def _shown(zone: str) -> list[datetime]:
    """What the clock shows each minute, but never less than it has shown: an hour that comes twice is passed once."""
    return list(_latest(zone))


def _latest(zone: str) -> Iterator[datetime]:
    latest = datetime.min
    for minute in range(SECONDS // 60):
        instant = _begin(zone) + timedelta(minutes=minute)
        latest = max(latest, instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0))
        yield latest


def _is_open(content: CalendarContent, shown: datetime) -> bool:
    told = content.special_days.get(shown.date())
    if told is None:
        is_off = shown.date() in content.holidays
        told = [] if is_off else {str(day): of for day, of in content.week.items()}.get(DAYS[shown.weekday()], [])
    return any(begins <= f"{shown:%H:%M}" < ends for begins, ends in told)


@settings(LAWS, max_examples=20)
@given(st.data())
def test_a_recount_second_by_second_says_the_same(data: st.DataObject) -> None:
    content = data.draw(contents())
    calendar, paused = Calendar.of(content), data.draw(pauses(content))
    recount = Recount(content, paused)
    start, end = sorted((data.draw(moments(content)), data.draw(moments(content))))
    assert calendar.elapsed(start, end, paused) == recount.elapsed(start, end)
    assert calendar.is_open(start) == bool(Recount(content, []).counted[recount.at(start)])
    for seconds in (0, 1, data.draw(st.integers(0, 2 * 86_400))):
        if (due := recount.due(start, seconds)) is not None:
            assert calendar.due(start, seconds, paused) == due
        if (begun := recount.due_backward(end, seconds)) is not None:
            assert calendar.due_backward(end, seconds, paused) == begun
    spans = calendar.open_spans(start, end)
    assert sum(int((closes - opens).total_seconds()) for opens, closes in spans) == calendar.elapsed(start, end)


WORK = st.integers(0, 400 * 3600)


@LAWS
@given(st.data(), WORK)
def test_due_and_elapsed_are_inverse(data: st.DataObject, seconds: int) -> None:
    content = data.draw(contents())
    calendar, start, paused = Calendar.of(content), data.draw(moments(content)), data.draw(pauses(content))
    due = calendar.due(start, seconds, paused)
    assert calendar.elapsed(start, due, paused) == seconds
    if seconds:
        assert calendar.elapsed(start, due - timedelta(seconds=1), paused) == seconds - 1
    begun = calendar.due_backward(start, seconds, paused)
    assert calendar.elapsed(begun, start, paused) == seconds
    if seconds:
        assert calendar.elapsed(begun + timedelta(seconds=1), start, paused) == seconds - 1


@LAWS
@given(st.data(), st.integers(1, 400 * 3600))
def test_backward_undoes_forward_from_an_open_second(data: st.DataObject, seconds: int) -> None:
    content = data.draw(contents())
    calendar = Calendar.of(content)
    start = calendar.next_open(data.draw(moments(content)))
    assert calendar.due_backward(calendar.due(start, seconds), seconds) == start


@LAWS
@given(st.data(), st.integers(1, 400 * 3600), st.integers(0, 100 * 3600), st.integers(0, 100 * 3600))
def test_pausing_for_so_many_open_seconds_moves_due_by_as_many(
    data: st.DataObject, seconds: int, until: int, paused: int
) -> None:
    content = data.draw(contents())
    calendar, start = Calendar.of(content), data.draw(moments(content))
    begins = calendar.due(start, min(until, seconds - 1))
    ends = calendar.due(begins, paused)
    assert calendar.due(start, seconds, [(begins, ends)]) == calendar.due(start, seconds + paused)


@LAWS
@given(st.data(), WORK)
def test_splitting_doubling_and_reordering_pauses_changes_nothing(data: st.DataObject, seconds: int) -> None:
    content = data.draw(contents())
    calendar, start, paused = Calendar.of(content), data.draw(moments(content)), data.draw(pauses(content))
    split = [
        part
        for begins, ends in paused
        for middle in (begins + (ends - begins) // timedelta(seconds=2) * timedelta(seconds=1),)
        for part in ((middle, ends), (begins, middle), (begins, ends))
    ]
    shuffled = data.draw(st.permutations(split))
    assert calendar.due(start, seconds, shuffled) == calendar.due(start, seconds, paused)
    assert calendar.due_backward(start, seconds, shuffled) == calendar.due_backward(start, seconds, paused)


@LAWS
@given(st.data(), st.integers(1, 100 * 3600), st.integers(1, 100 * 3600))
def test_two_stretches_one_after_the_other_are_their_sum(data: st.DataObject, first: int, second: int) -> None:
    content = data.draw(contents())
    calendar, start = Calendar.of(content), data.draw(moments(content))
    assert calendar.due(calendar.due(start, first), second) == calendar.due(start, first + second)


@LAWS
@given(st.data())
def test_working_days_are_those_with_open_time(data: st.DataObject) -> None:
    content = data.draw(contents())
    calendar = Calendar.of(content)
    start, end = sorted((data.draw(moments(content)), data.draw(moments(content))))
    zone = ZoneInfo(content.timezone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    days = [first + timedelta(days=after) for after in range(1, (last - first).days + 1)]
    assert calendar.working_days_between(start, end) == sum(map(calendar.is_working_day, days))
    following = calendar.next_working_day(first)
    assert calendar.is_working_day(following)
    between = [first + timedelta(days=after) for after in range((following - first).days)]
    assert not any(map(calendar.is_working_day, between))


@pytest.mark.parametrize("zone", sorted(EDGES))
def test_a_calendar_that_never_closes_counts_the_time_that_passes(zone: str) -> None:
    always = msgspec.convert({"timezone": zone, "week": {key: [["00:00", "24:00"]] for key in DAYS}}, CalendarContent)
    calendar, start = Calendar.of(always), datetime(2025, 12, 31, 20, 7, 3, tzinfo=UTC)
    for days in (1, 90, 365, 10 * 365):
        end = start + timedelta(days=days)
        assert calendar.elapsed(start, end) == days * 86_400
        assert calendar.due(start, days * 86_400) == end
        assert list(calendar.open_spans(start, end)) == [(start, end)]
