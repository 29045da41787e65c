"""Due dates worked out by hand, with a wall calendar and the dates of the clock changes beside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest

from services.administration.stage import STAGE
from shared.clocks.calendar import Calendar
from shared.events.policy import CalendarContent

assert STAGE.seed is not None
OFFICE = Calendar.of(msgspec.json.decode((STAGE.seed / "calendar.json").read_bytes(), type=CalendarContent))
"""Shanghai, Monday to Friday 08:30-12:00 and 13:00-17:30, with the official days of 2026."""
S, M, H, D = 1, 60, 3600, 86_400
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def opened(zone: str, week: Mapping[str, Sequence[Sequence[str]]]) -> Calendar:
    return Calendar.of(msgspec.convert({"timezone": zone, "week": week}, CalendarContent))


def daily(zone: str, *hours: tuple[str, str]) -> Calendar:
    return opened(zone, dict.fromkeys(DAYS, hours))


def on_sundays(zone: str, *hours: tuple[str, str]) -> Calendar:
    return opened(zone, {"sun": hours})


BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
ALWAYS = ("00:00", "24:00")
NIGHTS = daily("Asia/Shanghai", ("00:00", "06:00"), ("22:00", "24:00"))
FRIDAY_NIGHT = opened("Asia/Shanghai", {"fri": [("20:00", "24:00")]})
WEEKDAYS = opened("UTC", {day: [("08:30", "12:00"), ("13:00", "17:30")] for day in DAYS[:5]})
NY_OFFICE = opened(NEW_YORK, {day: [("09:00", "17:00")] for day in DAYS[:5]})


def instant(text: str) -> datetime:
    """An instant; one without an offset is meant in Shanghai."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        # Within a Monday.
        ("2026-11-23T09:00", 1 * H, "2026-11-23T10:00"),
        ("2026-11-23T08:30", 0, "2026-11-23T08:30"),
        ("2026-11-23T08:29:59", 0, "2026-11-23T08:30"),
        ("2026-11-23T00:00", 1 * S, "2026-11-23T08:30:01"),
        ("2026-11-23T11:30", 1 * H, "2026-11-23T13:30"),
        ("2026-11-23T11:30", 30 * M, "2026-11-23T12:00"),
        ("2026-11-23T11:30", 30 * M + 1, "2026-11-23T13:00:01"),
        ("2026-11-23T12:00", 0, "2026-11-23T13:00"),
        ("2026-11-23T12:15", 1 * S, "2026-11-23T13:00:01"),
        # Over night.
        ("2026-11-23T17:29:59", 0, "2026-11-23T17:29:59"),
        ("2026-11-23T17:29:59", 1 * S, "2026-11-23T17:30"),
        ("2026-11-23T17:29:59", 2 * S, "2026-11-24T08:30:01"),
        ("2026-11-23T17:30", 0, "2026-11-24T08:30"),
        ("2026-11-23T08:30", 8 * H, "2026-11-23T17:30"),
        ("2026-11-23T08:30", 8 * H + 1, "2026-11-24T08:30:01"),
        ("2026-11-23T13:00", 8 * H, "2026-11-24T12:00"),
        # Over a weekend.
        ("2026-11-27T16:30", 4 * H, "2026-11-30T11:30"),
        ("2026-11-27T17:30", 1 * S, "2026-11-30T08:30:01"),
        ("2026-11-28T10:00", 0, "2026-11-30T08:30"),
        ("2026-11-28T10:00", 8 * H, "2026-11-30T17:30"),
        ("2026-11-29T23:59:59", 1 * S, "2026-11-30T08:30:01"),
        ("2026-11-23T08:30", 40 * H, "2026-11-27T17:30"),
        ("2026-11-23T08:30", 40 * H + 1, "2026-11-30T08:30:01"),
        ("2026-11-23T08:30", 80 * H, "2026-12-04T17:30"),
        # Over the holidays of 2026, and on the days that make up for them.
        ("2025-12-31T17:00", 1 * H, "2026-01-04T09:00"),
        ("2026-02-13T17:00", 1 * H, "2026-02-14T09:00"),
        ("2026-02-14T17:00", 1 * H, "2026-02-24T09:00"),
        ("2026-02-27T17:00", 4 * H, "2026-02-28T12:00"),
        ("2026-02-27T17:00", 4 * H + 1, "2026-02-28T13:00:01"),
        ("2026-02-28T17:00", 1 * H, "2026-03-02T09:00"),
        ("2026-04-03T17:00", 1 * H, "2026-04-07T09:00"),
        ("2026-04-30T17:00", 1 * H, "2026-05-06T09:00"),
        ("2026-05-08T17:00", 1 * H, "2026-05-09T09:00"),
        ("2026-05-09T16:30", 2 * H, "2026-05-11T09:30"),
        ("2026-06-18T17:00", 1 * H, "2026-06-22T09:00"),
        ("2026-09-18T17:00", 1 * H, "2026-09-20T09:00"),
        ("2026-09-24T17:00", 1 * H, "2026-09-28T09:00"),
        ("2026-09-30T16:30", 4 * H, "2026-10-08T11:30"),
        ("2026-10-03T12:00", 24 * H, "2026-10-10T17:30"),
        ("2026-10-09T15:30", 8 * H, "2026-10-10T15:30"),
        ("2026-12-31T17:00", 1 * H, "2027-01-04T09:00"),
        # The 248 working days of 2026.
        ("2026-01-01T00:00", 248 * 8 * H, "2026-12-31T17:30"),
        ("2026-01-01T00:00", 248 * 8 * H + 1, "2027-01-04T08:30:01"),
        # The same instant told in another zone.
        ("2026-11-23T01:00:00+00:00", 1 * H, "2026-11-23T10:00"),
        ("2026-11-22T20:00:00-05:00", 1 * H, "2026-11-23T10:00"),
    ],
)
def test_business_hours_of_an_office(start: str, seconds: int, due: str) -> None:
    assert OFFICE.due(instant(start), seconds) == instant(due)


@pytest.mark.parametrize(
    ("calendar", "start", "seconds", "due"),
    [
        # Midnight is no border where both sides are open, and 24:00 is the end of a day.
        (daily("UTC", ALWAYS), "2026-11-23T23:59:59Z", 1, "2026-11-24T00:00:00Z"),
        (daily("UTC", ALWAYS), "2026-11-23T23:59:59Z", 2, "2026-11-24T00:00:01Z"),
        (daily("UTC", ALWAYS), "2026-11-24T00:00:00Z", 0, "2026-11-24T00:00:00Z"),
        (daily("UTC", ALWAYS), "2026-12-31T23:00:00Z", 2 * H, "2027-01-01T01:00:00Z"),
        (NIGHTS, "2026-11-23T23:30", 1 * H, "2026-11-24T00:30"),
        (NIGHTS, "2026-11-23T22:00", 8 * H, "2026-11-24T06:00"),
        (NIGHTS, "2026-11-23T22:00", 8 * H + 1, "2026-11-24T22:00:01"),
        (NIGHTS, "2026-11-24T06:00", 0, "2026-11-24T22:00"),
        (FRIDAY_NIGHT, "2026-11-27T20:00", 4 * H, "2026-11-28T00:00"),
        (FRIDAY_NIGHT, "2026-11-27T20:00", 4 * H + 1, "2026-12-04T20:00:01"),
        (FRIDAY_NIGHT, "2026-11-28T00:00", 0, "2026-12-04T20:00"),
        # Many years: 520 weeks from Monday 1 January 2024, and a century with its 25 leap days.
        (WEEKDAYS, "2024-01-01T00:00:00Z", 520 * 40 * H, "2033-12-16T17:30:00Z"),
        (WEEKDAYS, "2024-01-01T00:00:00Z", 520 * 40 * H + 1, "2033-12-19T08:30:01Z"),
        (daily("UTC", ALWAYS), "2000-01-01T00:00:00Z", 36_525 * D, "2100-01-01T00:00:00Z"),
        (daily("UTC", ALWAYS), "2000-01-01T00:00:00Z", 36_525 * D + 1, "2100-01-01T00:00:01Z"),
    ],
)
def test_midnights_and_years(calendar: Calendar, start: str, seconds: int, due: str) -> None:
    assert calendar.due(instant(start), seconds) == instant(due)


@pytest.mark.parametrize(
    ("calendar", "start", "seconds", "due"),
    [
        # Berlin leaps from 02:00 to 03:00 on 29 March and goes back from 03:00 to 02:00 on 25 October.
        (daily(BERLIN, ALWAYS), "2026-03-28T12:00+01:00", 24 * H, "2026-03-29T13:00+02:00"),
        (daily(BERLIN, ALWAYS), "2026-10-24T12:00+02:00", 24 * H, "2026-10-25T11:00+01:00"),
        (on_sundays(BERLIN, ALWAYS), "2026-03-29T00:00+01:00", 23 * H, "2026-03-30T00:00+02:00"),
        (on_sundays(BERLIN, ALWAYS), "2026-03-29T00:00+01:00", 23 * H + 1, "2026-04-05T00:00:01+02:00"),
        (on_sundays(BERLIN, ALWAYS), "2026-10-25T00:00+02:00", 24 * H, "2026-10-25T23:00+01:00"),
        (on_sundays(BERLIN, ALWAYS), "2026-10-25T00:00+02:00", 25 * H, "2026-10-26T00:00+01:00"),
        (on_sundays(BERLIN, ("01:00", "04:00")), "2026-03-29T01:00+01:00", 2 * H, "2026-03-29T04:00+02:00"),
        (on_sundays(BERLIN, ("01:00", "04:00")), "2026-03-29T01:00+01:00", 2 * H + 1, "2026-04-05T01:00:01+02:00"),
        (on_sundays(BERLIN, ("01:00", "04:00")), "2026-10-25T01:00+02:00", 2 * H, "2026-10-25T02:00+01:00"),
        (on_sundays(BERLIN, ("01:00", "04:00")), "2026-10-25T01:00+02:00", 4 * H, "2026-10-25T04:00+01:00"),
        # A time that is leapt over counts from the leap, one that comes twice from the first time.
        (on_sundays(BERLIN, ("02:30", "06:00")), "2026-03-29T00:00+01:00", 0, "2026-03-29T03:00+02:00"),
        (on_sundays(BERLIN, ("02:30", "06:00")), "2026-03-29T00:00+01:00", 3 * H, "2026-03-29T06:00+02:00"),
        (on_sundays(BERLIN, ("00:00", "02:30")), "2026-03-29T00:00+01:00", 2 * H, "2026-03-29T03:00+02:00"),
        (on_sundays(BERLIN, ("00:00", "02:30")), "2026-03-29T00:00+01:00", 2 * H + 1, "2026-04-05T00:00:01+02:00"),
        (on_sundays(BERLIN, ("02:10", "02:50")), "2026-03-29T00:00+01:00", 0, "2026-04-05T02:10+02:00"),
        (on_sundays(BERLIN, ("02:10", "02:50")), "2026-10-25T00:00+02:00", 40 * M, "2026-10-25T02:50+02:00"),
        (on_sundays(BERLIN, ("02:10", "02:50")), "2026-10-25T02:10+01:00", 0, "2026-11-01T02:10+01:00"),
        # New York leaps from 02:00 to 03:00 on 8 March and goes back from 02:00 to 01:00 on 1 November.
        (daily(NEW_YORK, ALWAYS), "2026-03-07T12:00-05:00", 24 * H, "2026-03-08T13:00-04:00"),
        (daily(NEW_YORK, ALWAYS), "2026-10-31T12:00-04:00", 24 * H, "2026-11-01T11:00-05:00"),
        (on_sundays(NEW_YORK, ALWAYS), "2026-03-08T00:00-05:00", 23 * H, "2026-03-09T00:00-04:00"),
        (on_sundays(NEW_YORK, ALWAYS), "2026-11-01T00:00-04:00", 25 * H, "2026-11-02T00:00-05:00"),
        (on_sundays(NEW_YORK, ("01:30", "03:30")), "2026-03-08T00:00-05:00", 1 * H, "2026-03-08T03:30-04:00"),
        (on_sundays(NEW_YORK, ("01:30", "03:30")), "2026-11-01T00:00-04:00", 3 * H, "2026-11-01T03:30-05:00"),
        (NY_OFFICE, "2026-03-06T16:00-05:00", 2 * H, "2026-03-09T10:00-04:00"),
        (NY_OFFICE, "2026-10-30T16:00-04:00", 2 * H, "2026-11-02T10:00-05:00"),
        (NY_OFFICE, "2026-03-06T17:00-05:00", 0, "2026-03-09T09:00-04:00"),
    ],
)
def test_changes_of_the_clocks_count_as_the_time_that_passes(
    calendar: Calendar, start: str, seconds: int, due: str
) -> None:
    assert calendar.due(instant(start), seconds) == instant(due)


@pytest.mark.parametrize(
    ("calendar", "start", "seconds", "pauses", "due"),
    [
        # Half an hour counted, then a holiday and half a morning paused, then 3.5 hours.
        (OFFICE, "2026-09-30T16:30", 4 * H, [("2026-09-30T17:00", "2026-10-08T09:00")], "2026-10-08T13:30"),
        # A pause that lies in closed time changes nothing.
        (OFFICE, "2026-09-30T16:30", 4 * H, [("2026-10-01T00:00", "2026-10-08T00:00")], "2026-10-08T11:30"),
        (OFFICE, "2026-11-23T11:00", 2 * H, [("2026-11-23T12:00", "2026-11-23T13:00")], "2026-11-23T14:00"),
        (OFFICE, "2026-11-27T16:00", 2 * H, [("2026-11-27T17:00", "2026-11-30T09:00")], "2026-11-30T10:00"),
        # A make-up day paused: two hours on Friday, six on Monday.
        (OFFICE, "2026-10-09T15:30", 8 * H, [("2026-10-10T00:00", "2026-10-11T00:00")], "2026-10-12T15:30"),
        # Overlapping, touching, doubled and disordered pauses count once.
        (
            OFFICE,
            "2026-11-23T08:30",
            2 * H,
            [("2026-11-23T09:00", "2026-11-23T10:00"), ("2026-11-23T09:30", "2026-11-23T11:00")],
            "2026-11-23T13:30",
        ),
        (
            OFFICE,
            "2026-11-23T08:30",
            2 * H,
            [("2026-11-23T10:00", "2026-11-23T11:00"), ("2026-11-23T09:00", "2026-11-23T10:00")],
            "2026-11-23T13:30",
        ),
        (OFFICE, "2026-11-23T08:30", 2 * H, [("2026-11-23T09:00", "2026-11-23T11:00")] * 2, "2026-11-23T13:30"),
        # A sum that ends as a pause begins is due then; one second more is due after it.
        (OFFICE, "2026-11-23T08:30", 1 * H, [("2026-11-23T09:30", "2026-11-23T11:00")], "2026-11-23T09:30"),
        (OFFICE, "2026-11-23T08:30", 1 * H + 1, [("2026-11-23T09:30", "2026-11-23T11:00")], "2026-11-23T11:00:01"),
        # Nothing asked within a pause: the end of it, or the opening after it.
        (OFFICE, "2026-11-23T09:45", 0, [("2026-11-23T09:30", "2026-11-23T11:00")], "2026-11-23T11:00"),
        (OFFICE, "2026-11-23T11:30", 0, [("2026-11-23T11:00", "2026-11-23T12:30")], "2026-11-23T13:00"),
        (OFFICE, "2026-11-23T09:00", 0, [("2026-11-23T09:30", "2026-11-23T11:00")], "2026-11-23T09:00"),
        # Before the start, over the start, without length.
        (OFFICE, "2026-11-23T09:00", 1 * H, [("2026-11-23T08:30", "2026-11-23T09:00")], "2026-11-23T10:00"),
        (OFFICE, "2026-11-23T09:00", 1 * H, [("2026-11-23T08:30", "2026-11-23T09:30")], "2026-11-23T10:30"),
        (OFFICE, "2026-11-23T09:00", 1 * H, [("2026-11-23T09:30", "2026-11-23T09:30")], "2026-11-23T10:00"),
        # Two hours of real time between 01:00 and 04:00 of the night that leaps.
        (
            daily(BERLIN, ALWAYS),
            "2026-03-28T12:00+01:00",
            24 * H,
            [("2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00")],
            "2026-03-29T15:00+02:00",
        ),
    ],
)
def test_pauses_move_what_is_due_by_the_open_time_in_them(
    calendar: Calendar, start: str, seconds: int, pauses: list[tuple[str, str]], due: str
) -> None:
    told = [(instant(begins), instant(ends)) for begins, ends in pauses]
    assert calendar.due(instant(start), seconds, told) == instant(due)
    assert calendar.elapsed(instant(start), instant(due), told) == seconds


@pytest.mark.parametrize(
    ("end", "seconds", "pauses", "start"),
    [
        ("2026-10-08T11:30", 4 * H, (), "2026-09-30T16:30"),
        ("2026-10-08T11:30", 3 * H, (), "2026-10-08T08:30"),
        ("2026-10-08T11:30", 3 * H + 1, (), "2026-09-30T17:29:59"),
        ("2026-10-08T08:30", 0, (), "2026-09-30T17:30"),
        ("2026-11-23T12:30", 0, (), "2026-11-23T12:00"),
        ("2026-11-23T12:00", 0, (), "2026-11-23T12:00"),
        ("2026-11-23T09:00", 0, (), "2026-11-23T09:00"),
        ("2026-12-31T17:30", 248 * 8 * H, (), "2026-01-04T08:30"),
        ("2026-11-23T11:00", 2 * H, [("2026-11-23T09:30", "2026-11-23T10:30")], "2026-11-20T17:00"),
        ("2026-11-23T10:00", 0, [("2026-11-23T09:30", "2026-11-23T10:30")], "2026-11-23T09:30"),
        ("2026-11-23T11:00", 30 * M, [("2026-11-23T09:30", "2026-11-23T10:30")], "2026-11-23T10:30"),
    ],
)
def test_backward_is_the_mirror_image(end: str, seconds: int, pauses: Any, start: str) -> None:
    told = [(instant(begins), instant(ends)) for begins, ends in pauses]
    assert OFFICE.due_backward(instant(end), seconds, told) == instant(start)


def test_fractions_of_a_second_are_cut_off() -> None:
    assert OFFICE.due(instant("2026-11-23T09:00:00.999999"), 1) == instant("2026-11-23T09:00:01")
    assert OFFICE.elapsed(instant("2026-11-23T09:00:00.9"), instant("2026-11-23T09:00:02.1")) == 2


def test_open_stretches_are_told_in_order_and_joined_at_midnight() -> None:
    spans = NIGHTS.open_spans(instant("2026-11-23T23:00"), instant("2026-11-24T23:30"))
    assert list(spans) == [
        (instant("2026-11-23T23:00"), instant("2026-11-24T06:00")),
        (instant("2026-11-24T22:00"), instant("2026-11-24T23:30")),
    ]
    assert list(OFFICE.open_spans(instant("2026-10-01T00:00"), instant("2026-10-08T08:30"))) == []


def test_less_than_no_time_is_refused() -> None:
    for ask in (OFFICE.due, OFFICE.due_backward):
        with pytest.raises(ValueError, match="-1 s"):
            ask(instant("2026-11-23T09:00"), -1)
