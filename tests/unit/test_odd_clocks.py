"""Clocks in odd cases: without a calendar, with pauses of calendar days, with twins, with words entered late."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from services.administration.drafts import drafted_levels
from services.administration.notices.notice import NoticeRefused
from services.administration.notices.overlay import drafted
from services.administration.reads.rulebook import PublishedRules
from services.command_line.calendars import file_of
from services.command_line.evaluating import answered, calendar_of
from services.command_line.seeding import content
from shared.case.facts.followup import Breach
from shared.clocks.bases import counted, due
from shared.clocks.calendar import Calendar
from shared.clocks.catalogue import clocks_of
from shared.clocks.default_week import DEFAULT_WEEK
from shared.clocks.reasons import reasons
from shared.clocks.rules import Rulebook
from shared.events.policy import CalendarContent, CalendarPublished, SlaContent, SlaPolicyPublished
from shared.events.vocabulary import ClockName, EscalationTrigger, TimeBase, Weekday
from shared.projections.standing import _breached
from shared.store.order import Refused
from tests.support.clocked import Story, book, local, shown

WEEK = Calendar.of(DEFAULT_WEEK)
LEVELS = {"name": "standard", "targets": {"ARRIVAL": {"NORMAL": {"hours": 168, "base": "CD"}}}}


def test_what_is_published_later_moves_no_case_that_names_no_calendar() -> None:
    levels = msgspec.convert(LEVELS, SlaContent)
    since = datetime(2020, 1, 1, tzinfo=UTC)
    none = Rulebook({1: levels}, {1: since})
    other = replace(DEFAULT_WEEK, week={Weekday.MON: [["08:00", "09:00"]]})
    published = CalendarPublished(version=1, effective_from=since, content=other, drafted_by="a")
    for known in (none, none.with_calendar(published)):
        version, week = known.calendar("")
        assert (version, week.due(since, 3600)) == ("", WEEK.due(since, 3600))
    assert none.with_calendar(published).calendar("1")[0] == "1"
    rules = none.with_calendar(published).in_force(since + timedelta(days=1))
    assert rules is not None
    assert rules.calendar_version == "1"


@pytest.mark.parametrize(("days", "due_on"), [(5, 9), (1, 5), (2, 6)])
def test_a_pause_moves_what_is_due_in_calendar_days(days: int, due_on: int) -> None:
    # The 3rd and the 4th stand still.
    start, pause = local("03-02 12:00"), (local("03-03 00:00"), local("03-05 00:00"))
    found = due(TimeBase.CD, WEEK, start, days * 86400, (pause,))
    assert found == local(f"03-{due_on:02} 12:00")
    assert counted(TimeBase.CD, WEEK, start, found, (pause,)) == days * 86400


def test_a_breach_of_one_run_is_none_of_another_that_was_due_at_the_same_second() -> None:
    story = Story("11-26 10:00", claimed_urgency="NORMAL")
    (kept,) = [one for one in story.clocks() if one.name is ClockName.TRIAGE]
    one, other = replace(kept, part="one"), replace(kept, part="other")

    def breached(*breaches: Breach) -> tuple[bool, bool]:
        case = replace(story.case, followup=replace(story.case.followup, breaches=breaches))
        is_breached = _breached(case, (one, other))
        return is_breached(one), is_breached(other)

    assert breached(Breach(kept.name, kept.due_at, 1, "other")) == (False, True)
    assert breached(Breach(kept.name, kept.due_at, 1)) == (True, True)
    moved = kept.due_at - timedelta(hours=1)
    assert breached(Breach(kept.name, moved, 1, "other")) == (False, True)


def test_words_to_the_customer_that_are_entered_newest_first_follow_each_other() -> None:
    story = Story("11-26 10:00", claimed_urgency="NORMAL")
    story.then("11-26 14:00", "CaseAcknowledged")
    story.then("11-26 11:00", "CustomerNotified", recorded="11-26 15:00")
    story.then("11-26 10:30", "CustomerNotified", recorded="11-26 15:10")
    runs = sorted((one for one in story.clocks() if one.name is ClockName.PROGRESS), key=lambda one: one.started_at)
    stops = [shown(one.stopped_at) if one.stopped_at else "" for one in runs]
    assert [shown(one.started_at) for one in runs] == ["11-26 10:30", "11-26 11:00", "11-26 14:00"]
    assert stops == ["11-26 11:00", "11-26 14:00", ""]


def test_a_call_back_on_a_day_that_turns_out_to_be_off_stays_in_doubt() -> None:
    first = msgspec.convert(content("calendar"), CalendarContent)
    notice = b'{"year": 2027, "days": [{"date": "2027-01-15", "isOffDay": true}]}'
    since = datetime(2026, 11, 1, tzinfo=UTC)
    second = CalendarPublished(version=2, effective_from=since, content=drafted(first, notice), drafted_by="a")
    story = Story("2026-12-14 10:00", claimed_urgency="URGENT")
    story.then("2026-12-14 10:00", "Classified", urgency="URGENT")
    story.then("2026-12-15 10:00", "ServiceVerified", mode="REMOTE")
    for point, day in (("D7", "14"), ("M1", "15")):
        due_at = f"2027-01-{day}T10:00:00+08:00"
        story.then("2026-12-15 10:00", "CallbackScheduled", point=point, due_at=due_at)
    story.then("2026-12-16 10:00", "PolicyRebased", policy_version=1, calendar_version="2")
    found = {one.part: one.is_provisional for one in clocks_of(story.case, book().with_calendar(second)) if one.part}
    assert {part: found[part] for part in ("D7", "M1")} == {"D7": False, "M1": True}


def test_a_danger_in_an_imported_case_is_raised_though_it_came_in_before() -> None:
    story = Story("11-26 10:00", claimed_urgency="NORMAL")
    story.case = replace(
        story.case, intake=replace(story.case.intake, origin="import", recorded_at=local("11-27 10:00"))
    )
    assert list(reasons(story.case, is_key_account=False)) == []
    story.then("11-28 10:00", "Classified", urgency="URGENT", urgency_basis=["SAFETY"])
    assert [one.trigger for one in reasons(story.case, is_key_account=False)] == [EscalationTrigger.SAFETY]


def test_what_is_nested_too_deeply_is_refused_as_no_json() -> None:
    nested = b"[" * 100_000
    assert b"H-400" in answered(WEEK, nested)[0]
    with pytest.raises(NoticeRefused):
        drafted(DEFAULT_WEEK, nested)
    with pytest.raises(ValueError, match="JSON"):
        calendar_of(nested)


def test_an_official_notice_may_begin_with_a_byte_order_mark() -> None:
    notice = '{"year": 2027, "papers": [], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'
    before = replace(DEFAULT_WEEK, provisional_from=date(2027, 1, 1))
    assert date(2027, 1, 1) in drafted(before, b"\xef\xbb\xbf" + notice.encode()).holidays


def test_the_built_in_week_is_a_calendar_like_any_other() -> None:
    assert calendar_of(file_of(DEFAULT_WEEK)) == DEFAULT_WEEK


def test_a_draft_in_the_past_of_published_levels_is_refused_as_publishing_it_would_be() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    levels = msgspec.convert(LEVELS, SlaContent)
    first = SlaPolicyPublished(version=1, effective_from=now - timedelta(days=90), content=levels, drafted_by="a")
    draft = {"version": 2, "effective_from": "2020-01-01T00:00:00Z", "content": LEVELS}
    with pytest.raises(Refused) as refused:
        drafted_levels(draft, now, PublishedRules((first,), ()))
    assert [(one.code, one.field) for one in refused.value.faults] == [("V-TIME", "effective_from")]
