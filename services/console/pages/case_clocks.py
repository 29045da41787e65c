"""The clocks of a case in words: where each stands, and what became of its time from event to event."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from services.console.case_events import CaseEvent
from services.console.pages.language import Words
from shared.clocks.reading import ClockItem, Passage, passages
from shared.events.vocabulary import TimeBase

DAY = 24 * 3600


class TimeLine(Struct, frozen=True):
    """One passage in words, and the events around it as links into the timeline."""

    text: str
    begun: tuple[str, str]
    ended: tuple[str, str] | None


class ClockCard(Struct, frozen=True):
    """A clock in words: `notes` are sentences, `lines` what became of its time."""

    item: ClockItem
    part: str
    used: str
    notes: list[str]
    lines: list[TimeLine]


def cards(words: Words, items: Sequence[ClockItem], events: Sequence[CaseEvent]) -> list[ClockCard]:
    """Those that run first, then those that are over, the newest first."""
    links = {one.event_id: (words.named("event", one.type), f"#v{one.version}") for one in events}
    found = [
        ClockCard(one, _part(words, one), _used(words, one), list(_notes(words, one)), _lines(words, one, links))
        for one in items
    ]
    return sorted(found, key=lambda one: (one.item.stopped_at is not None, -one.item.started_at.timestamp()))


def _part(words: Words, item: ClockItem) -> str:
    """Which call-back; other runs are told apart by when they began."""
    point, _, stage = item.part.partition(":")
    if "-" in point or not point:
        return ""
    name = words.named("CallbackPoint", point.partition("#")[0])
    return f"{name} · {words.named('CallbackResult', stage.partition('#')[0])}" if stage else name


def amount(words: Words, seconds: int, base: TimeBase) -> str:
    """Time as its base counts it: calendar days, or hours and minutes, seconds only where there is nothing more."""
    if base is TimeBase.CD and seconds >= DAY and not seconds % DAY:
        return words("days", n=seconds // DAY)
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if not hours and not minutes:
        return words("some_seconds", n=seconds)
    told = [words("hours", n=hours)] if hours else []
    return " ".join([*told, *([words("some_minutes", n=minutes)] if minutes else [])])


def _used(words: Words, item: ClockItem) -> str:
    return words(
        "clock_used",
        base=words.named("TimeBase", item.base.value),
        target=amount(words, item.target, item.base),
        used=amount(words, item.used, item.base),
        remaining=amount(words, item.remaining, item.base),
    )


def _notes(words: Words, item: ClockItem) -> Iterator[str]:
    if item.overdue_by:
        yield words("clock_overdue", by=amount(words, item.overdue_by, item.base))
    if item.cause is not None:
        yield words.named("Cause", item.cause.value)
    if item.recomputed_status is not None:
        yield words("clock_recomputed", status=words.named("Status", item.recomputed_status.value))
    if item.is_provisional:
        yield words("clock_provisional")
    if item.agreed_until is not None:
        yield words("clock_agreed", until=words.instant(item.agreed_until))
    if item.recorded_late_by:
        yield words("clock_recorded_late", by=amount(words, item.recorded_late_by, TimeBase.H24))
    if item.is_withdrawn:
        yield words("clock_withdrawn")


def _lines(words: Words, item: ClockItem, links: dict[str, tuple[str, str]]) -> list[TimeLine]:
    return [
        TimeLine(
            _line(words, item, one),
            links.get(one.begun_by, ("", "")),
            links.get(one.ended_by) if one.ended_by else None,
        )
        for one in passages(item.spans)
    ]


def _line(words: Words, item: ClockItem, one: Passage) -> str:
    times = {"since": words.instant(one.since), "to": words.instant(one.to)}
    counted = amount(words, one.counted, item.base)
    if one.reason is not None:
        return words("clock_paused", reason=words.named("PauseReason", one.reason.value), moved=counted, **times)
    if one.closed:
        return words("clock_ran_open", counted=counted, closed=amount(words, one.closed, TimeBase.H24), **times)
    return words("clock_ran", counted=counted, **times)
