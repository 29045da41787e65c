"""The clocks of a case for a terminal: how each stands, and what became of its time from event to event."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.command_line.output import tell_table
from shared.clocks.reading import ClockItem, passages
from shared.texts.catalogue import catalogue

_HEADINGS = (
    "时钟 clock",
    "开始 start",
    "时限 due",
    "停止 stop",
    "状态 status",
    "已用 used",
    "剩余 left",
    "超时 overdue by",
    "说明 notes",
)
_PASSAGES = (
    "时钟 clock",
    "自 since",
    "至 to",
    "情形 what",
    "计 counted",
    "不计 closed",
    "始于 begun by",
    "止于 ended by",
)


def tell_clocks(items: Sequence[ClockItem], events: Mapping[str, str]) -> None:
    """Print both tables; `events` names each event by its id."""
    rows = [
        (
            _name(one),
            one.started_at,
            one.due_at,
            one.stopped_at,
            one.status,
            _hours(one.used),
            _hours(one.remaining),
            _hours(one.overdue_by) if one.overdue_by else "",
            "; ".join(_notes(one)),
        )
        for one in items
    ]
    tell_table(_HEADINGS, rows, "\n时限 / clocks")
    tell_table(_PASSAGES, [row for one in items for row in _passages(one, events)], "\n计时明细 / how the time counts")


def _name(item: ClockItem) -> str:
    part = item.part if item.part and "-" not in item.part else ""
    cycle = f" 轮次 cycle {item.cycle}" if item.cycle > 1 else ""
    return f"{item.clock.value}{f' {part}' if part else ''}{cycle}"


def _hours(seconds: int) -> str:
    """Hours, minutes and seconds of the clock's base."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _notes(item: ClockItem) -> Iterator[str]:
    words = catalogue("words")
    if item.cause is not None:
        yield words[f"Cause.{item.cause.value}"].both
    if item.recomputed_status is not None:
        yield f"重算 recomputed: {item.recomputed_status.value}"
    if item.is_provisional:
        yield "暂定 provisional"
    if item.agreed_until is not None:
        yield f"约定 agreed: {item.agreed_until:%Y-%m-%d %H:%M%z}"
    if item.recorded_late_by:
        yield f"补录 recorded later by {timedelta(seconds=item.recorded_late_by)}"


def _passages(item: ClockItem, events: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    words = catalogue("words")
    for one in passages(item.spans):
        reason = words[f"PauseReason.{one.reason.value}"].both if one.reason is not None else ""
        what = f"暂停 paused: {reason}" if reason else "计时 counted"
        ended = events.get(one.ended_by, "") if one.ended_by else "继续 goes on"
        times = (_hours(one.counted), _hours(one.closed) if one.closed and not reason else "")
        yield _name(item), one.since, one.to, what, *times, events.get(one.begun_by, ""), ended
