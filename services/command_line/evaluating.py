"""Business time for checking a calendar: one query in, one answer out, and every fault of either named."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from shared.clocks.calendar import REACH, Calendar, NeverOpen
from shared.events.policy import CalendarContent
from shared.events.shapes import Count, Instant
from shared.rules.calendars import faults_of
from shared.store.checker import draft_of
from shared.store.order import Fault
from shared.store.problem import told


class Operation(StrEnum):
    """What is asked of a calendar."""

    DUE = "due"
    DUE_BACKWARD = "due_backward"
    ELAPSED_SECONDS = "elapsed_seconds"
    NEXT_OPEN = "next_open"
    IS_OPEN = "is_open"


class Query(Struct, kw_only=True, forbid_unknown_fields=True):
    """One question; `id` comes back with the answer. Seconds are open, unpaused ones."""

    id: Any = None
    op: Operation
    start: Instant
    end: Instant | None = None
    work_seconds: Count | None = None
    pauses: list[list[Instant]] = []


class Unanswerable(Exception):
    """A query with faults."""

    def __init__(self, id: Any, faults: list[Fault]) -> None:
        super().__init__()
        self.id = id
        self.faults = faults


Answer = Callable[[Calendar, Query], Any]
_decode = msgspec.json.Decoder(Query).decode
_encode = msgspec.json.Encoder().encode
_WORK, _END = ("work_seconds",), ("end",)
_NEEDS: dict[Operation, tuple[str, ...]] = {
    Operation.DUE: _WORK,
    Operation.DUE_BACKWARD: _WORK,
    Operation.ELAPSED_SECONDS: _END,
    Operation.NEXT_OPEN: (),
    Operation.IS_OPEN: (),
}
_TAKES_PAUSES = frozenset({Operation.DUE, Operation.DUE_BACKWARD, Operation.ELAPSED_SECONDS})
_ANSWERS: dict[Operation, Answer] = {
    Operation.DUE: lambda calendar, asked: calendar.due(asked.start, asked.work_seconds or 0, _pauses(asked)),
    Operation.DUE_BACKWARD: lambda calendar, asked: calendar.due_backward(
        asked.start, asked.work_seconds or 0, _pauses(asked)
    ),
    Operation.ELAPSED_SECONDS: lambda calendar, asked: calendar.elapsed(
        asked.start, asked.end or asked.start, _pauses(asked)
    ),
    Operation.NEXT_OPEN: lambda calendar, asked: calendar.next_open(asked.start),
    Operation.IS_OPEN: lambda calendar, asked: calendar.is_open(asked.start),
}


def calendar_of(content: bytes) -> CalendarContent:
    """A calendar file. Raises: ValueError that names everything wrong with it, in both languages."""
    try:
        body = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"日历不是 JSON / the calendar is not JSON: {error}") from None
    faults = _faults_of(body)
    if faults:
        words = "; ".join(f"{fault.field}: {told(fault).both}" if fault.field else told(fault).both for fault in faults)
        raise ValueError(f"日历有误 / the calendar has faults: {words}")
    return msgspec.convert(body, CalendarContent)


def _faults_of(body: Any) -> list[Fault]:
    if not isinstance(body, dict):
        return [Fault("V-FMT", "not_an_object")]
    draft, findings = draft_of(CalendarContent, body)
    return findings.faults or list(faults_of(draft))


def answered(calendar: Calendar, line: bytes) -> tuple[bytes, bool]:
    """The answer to one line, and whether it is a result."""
    try:
        query = _query(line)
        return _encode({"id": query.id, "result": _result(calendar, query)}), True
    except Unanswerable as fault:
        errors = [{"field": one.field, "code": one.code, "message": told(one).both} for one in fault.faults]
        return _encode({"id": fault.id, "errors": errors}), False


def _query(line: bytes) -> Query:
    """A line as a query. Raises: Unanswerable.

    Nearly all are what they should be; only one that is not is checked field by field.
    """
    try:
        query = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        query = _checked(line)
    if faults := list(_lacking(query)):
        raise Unanswerable(query.id, faults)
    return query


def _checked(line: bytes) -> Query:
    try:
        body = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unanswerable(None, [Fault("H-400", "body_not_json")]) from None
    if not isinstance(body, dict):
        raise Unanswerable(None, [Fault("V-FMT", "not_an_object")])
    query, findings = draft_of(Query, body)
    if findings.faults:
        raise Unanswerable(body.get("id"), findings.faults)
    checked: Query = query
    return checked


def _lacking(query: Query) -> Iterator[Fault]:
    for name in ("work_seconds", "end"):
        is_given, is_needed = getattr(query, name) is not None, name in _NEEDS[query.op]
        if is_needed and not is_given:
            yield Fault("V-REQ", "missing", name)
        if is_given and not is_needed:
            yield Fault("V-FMT", "only_for", name, {"condition": _wanting(name)})
    if query.work_seconds is not None and query.work_seconds < 0:
        yield Fault("V-RANGE", "out_of_range", "work_seconds", {"least": 0, "most": 10**12})
    if query.pauses and query.op not in _TAKES_PAUSES:
        yield Fault("V-FMT", "only_for", "pauses", {"condition": ", ".join(sorted(_TAKES_PAUSES))})
    for index, pause in enumerate(query.pauses):
        if len(pause) != 2:
            yield Fault("V-FMT", "interval_of_two", f"pauses[{index}]")
        elif pause[1] < pause[0]:
            yield Fault("V-TIME", "interval_inverted", f"pauses[{index}]")
    if query.end is not None and query.end < query.start:
        yield Fault("V-TIME", "not_after", "end", {"other": "start"})


def _wanting(name: str) -> str:
    return ", ".join(operation for operation, names in _NEEDS.items() if name in names)


def _pauses(query: Query) -> Iterator[tuple[datetime, datetime]]:
    return ((begins, ends) for begins, ends in query.pauses)


def _result(calendar: Calendar, query: Query) -> Any:
    try:
        return _ANSWERS[query.op](calendar, query)
    except (NeverOpen, OverflowError):
        raise Unanswerable(query.id, [Fault("V-RANGE", "not_open_long_enough", "start", {"most": REACH})]) from None
