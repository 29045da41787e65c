"""Notices of days off: read from two shapes, refused line by line, and laid over the calendar in force."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.administration.notices.notice import NoticeRefused
from services.administration.notices.overlay import changes, drafted
from services.administration.stage import STAGE
from shared.clocks.calendar import Calendar
from shared.events.policy import CalendarContent

assert STAGE.seed is not None
SEED = msgspec.json.decode((STAGE.seed / "calendar.json").read_bytes(), type=CalendarContent)
HOURS = [["08:30", "12:00"], ["13:00", "17:30"]]
NOTICE = {
    "$schema": "https://example.org/schema.json",
    "year": 2027,
    "papers": ["https://example.org/notice"],
    "days": [
        {"name": "元旦", "date": "2026-12-27", "isOffDay": False},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-04", "isOffDay": True},
        {"name": "春节", "date": "2027-02-06", "isOffDay": True},
        {"name": "春节", "date": "2027-02-20", "isOffDay": False},
    ],
}


def official(**changed: Any) -> bytes:
    return msgspec.json.encode({**NOTICE, **changed})


def refused(notice: bytes) -> dict[str, str]:
    with pytest.raises(NoticeRefused) as told:
        drafted(SEED, notice)
    return {one.field: one.text for one in told.value.faults}


def test_an_official_notice_confirms_its_year_and_takes_the_place_of_what_was_unconfirmed() -> None:
    after = drafted(SEED, official())
    assert [str(day) for day in after.holidays if day.year == 2027] == ["2027-01-01", "2027-01-04", "2027-02-06"]
    assert after.special_days[date(2027, 2, 20)] == after.special_days[date(2026, 12, 27)] == HOURS
    assert after.provisional_from == date(2028, 1, 1)
    assert [day for day in after.holidays if day.year < 2027] == [day for day in SEED.holidays if day.year < 2027]


def test_a_december_day_of_the_year_before_is_set_by_the_notice() -> None:
    before, after = Calendar.of(SEED), Calendar.of(drafted(SEED, official()))
    assert not before.is_working_day(date(2026, 12, 27))
    assert after.is_working_day(date(2026, 12, 27))


def test_every_day_that_changes_is_told() -> None:
    told = {str(one.day): (one.before, one.after) for one in changes(SEED, drafted(SEED, official()))}
    assert told["2026-12-27"] == ([], HOURS)
    assert told["2027-01-04"] == (HOURS, [])
    assert told["2027-04-05"] == ([], HOURS)
    assert "2027-01-01" not in told
    assert list(told) == sorted(told)


def test_a_year_that_leaves_a_gap_confirms_nothing_before_it() -> None:
    days = [{"name": "元旦", "date": "2028-01-03", "isOffDay": True}]
    assert drafted(SEED, official(year=2028, days=days)).provisional_from == date(2027, 1, 1)


def test_an_older_notice_again_changes_nothing() -> None:
    days = [{"name": "国庆节", "date": "2026-10-01", "isOffDay": True}]
    assert drafted(SEED, official(year=2026, days=days)) == SEED


def test_a_table_says_what_a_company_does() -> None:
    after = drafted(
        SEED,
        b"date,kind,intervals\n2026-12-24,holiday\n2026-12-26,workday\n2026-12-31,special,08:30-12:00\n"
        b"2027-01-01,ordinary\n2027-01-02,special,09:00-10:00 11:00-12:00\n2026-12-30,special,\n",
    )
    assert date(2026, 12, 24) in after.holidays
    assert date(2027, 1, 1) not in after.holidays
    assert {str(day): hours for day, hours in after.special_days.items() if day > date(2026, 12, 1)} == {
        "2026-12-26": HOURS,
        "2026-12-30": [],
        "2026-12-31": [["08:30", "12:00"]],
        "2027-01-02": [["09:00", "10:00"], ["11:00", "12:00"]],
    }
    assert after.provisional_from == SEED.provisional_from


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_a_chinese_spreadsheet_writes_it(encoding: str, delimiter: str) -> None:
    lines = [["日期", "类别", "时段"], ["2026-12-24", "假日", ""], ["2026-12-26", "补班", "08:30-12:00"]]
    after = drafted(SEED, "\r\n".join(map(delimiter.join, lines)).encode(encoding))
    assert date(2026, 12, 24) in after.holidays
    assert after.special_days[date(2026, 12, 26)] == [["08:30", "12:00"]]


def test_every_refused_line_of_a_table_is_named() -> None:
    assert refused(
        b"date,kind,intervals\n2026-13-01,holiday\n2026-12-02,party\n\n2026-12-03,special,12:00-08:00\n"
        b"2026-12-04,special,8-9\n2026-12-05,special,08:00-12:00 11:00-13:00\n2026-12-06,holiday,08:00-09:00\n"
        b"2026-12-07\n"
    ) == {
        "2:date": "not_a_day",
        "3:kind": "not_in_vocabulary",
        "5:intervals[0]": "interval_inverted",
        "6:intervals[0][0]": "not_a_time_of_day",
        "6:intervals[0][1]": "not_a_time_of_day",
        "7:intervals[1]": "intervals_overlap",
        "8:intervals": "only_for",
        "9:kind": "not_in_vocabulary",
    }
    assert refused(b"date,kind\n2026-12-24,holiday\n2026-12-24,workday\n") == {"3:date": "listed_twice"}


def test_every_refused_day_of_an_official_notice_is_named() -> None:
    days = [
        {"date": "2027-02-30", "isOffDay": True},
        {"date": "2026-11-30", "isOffDay": True},
        {"date": "2028-01-01", "isOffDay": "yes"},
        "2027-01-01",
        {"date": "2027-05-01"},
    ]
    assert refused(official(days=days)) == {
        "days[0].date": "not_a_day",
        "days[1].date": "not_of_the_year",
        "days[2].date": "not_of_the_year",
        "days[2].isOffDay": "not_yes_or_no",
        "days[3]": "not_an_object",
        "days[4].isOffDay": "not_yes_or_no",
    }
    assert refused(official(days=[NOTICE["days"][1]] * 2)) == {"days[1].date": "listed_twice"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (b"", {"": "not_a_calendar_notice"}),
        (b"2026-12-24,holiday\n", {"": "not_a_calendar_notice"}),
        (b"date,kind\n", {"date": "missing"}),
        (b"{", {"": "body_not_json"}),
        (b"[]", {"": "not_a_calendar_notice"}),
        (b'{"year": "2027", "days": []}', {"": "not_a_calendar_notice"}),
        (b'{"year": 2027, "days": {}}', {"": "not_a_calendar_notice"}),
        (b'{"year": 2027, "days": []}', {"days": "missing"}),
        (b"\xff\xfe\x00\x01", {"": "not_a_calendar_notice"}),
    ],
)
def test_what_is_no_notice_is_refused_as_a_whole(notice: bytes, told: dict[str, str]) -> None:
    assert refused(notice) == told
