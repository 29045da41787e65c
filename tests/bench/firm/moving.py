"""A lived case as a form: the same events for another case, other weeks and another mould of the same drawing.

Moved by whole weeks, days of the week and times of the day stay; clocks count hours, so they stay right. What counts in
months (the call-back after one, the years that a file is kept) is right only at some distances, or written anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from services.followup.decide_archive import RETAINED
from shared.clocks.callbacks import months_later
from shared.clocks.clock import COMPANY_ZONE
from shared.events.envelope import Recorded, chain_hash, event_id, subject_of
from shared.store.identifiers import id_of_command, id_of_number
from shared.store.port import Draft
from tests.bench.firm.masters import Product

WEEK = timedelta(days=7)
_RETAINED = re.compile(rb'"retain_until":"[^"]*')

Piece = bytes | int | str
"""Bytes as they are; a day as its ordinal; the name of something that each case has for itself."""


class Form(Struct, frozen=True):
    """One event: when it is recorded, counted from the first week's Monday, and its payload in pieces."""

    at: timedelta
    type: str
    version: int
    pieces: tuple[Piece, ...]


class Template(Struct, frozen=True):
    """A lived case. `moulds`: of each copy what takes the place of the lived one's; `months`: verified, due after a
    month."""

    forms: tuple[Form, ...]
    moulds: tuple[dict[str, bytes], ...]
    months: tuple[date, date] | None
    monday: date

    def fits(self, weeks: int) -> bool:
        """Whether a call-back after a month would still be due on the day that it is due on."""
        if self.months is None:
            return True
        verified, due = (day + weeks * WEEK for day in self.months)
        return months_later(verified, 1) == due


def template_of(
    events: Sequence[Recorded], product: Product, monday: datetime, registered: Mapping[str, int]
) -> Template:
    """The form of a lived case. `registered`: positions of the masters' last events by subject."""
    own = {one.aggregate_id.encode(): "case" for one in events[:1]}
    for number, one in enumerate(events):
        own[one.meta.command_id.encode()] = f"command {number}"
        own[one.meta.event_id.encode()] = f"event {number}"
        if one.meta.prev:
            own[one.meta.prev.encode()] = "prev"
    lived = msgspec.json.decode(events[0].raw)["mould_no"]
    moulds = tuple(_mould(one, registered) for one in product)
    own |= {text: name for name, text in _mould(_named(product, lived), registered).items()}
    forms = tuple(
        Form(one.meta.recorded_at - monday, one.meta.type, one.meta.version, tuple(_pieces(_marked(one), own)))
        for one in events
    )
    return Template(forms, moulds, _months(events), monday.date())


def _named(product: Product, mould_no: str) -> dict[str, Any]:
    return next(one for one in product if one["mould_no"] == mould_no)


def _mould(mould: dict[str, Any], registered: Mapping[str, int]) -> dict[str, bytes]:
    mould_id = id_of_number(mould["mould_no"])
    position = registered[subject_of("mould", mould_id)]
    return {
        "seen": f'"mould.{mould_id}":{position}'.encode(),
        "mould": f'"{mould_id}"'.encode(),
        "number": f'"{mould["mould_no"]}"'.encode(),
        "order": f'"{mould["order_no"]}"'.encode(),
    }


def _marked(recorded: Recorded) -> bytes:
    """The day until which a file is kept becomes the day on which it was archived, which moves by weeks."""
    archived = recorded.meta.occurred_at.astimezone(COMPANY_ZONE).date()
    return _RETAINED.sub(b'"retain_until":"\0' + str(archived).encode(), recorded.payload)


def _pieces(payload: bytes, own: Mapping[bytes, str]) -> Iterator[Piece]:
    names = b"|".join(re.escape(text) for text in own)
    place = 0
    for found in re.finditer(rb'"\0?(\d{4}-\d\d-\d\d)(?=[T"])|' + names, payload):
        yield payload[place : found.start()]
        if found[1] is None:
            yield own[found[0]]
        else:
            yield b'"'
            day = date.fromisoformat(found[1].decode()).toordinal()
            yield -day if b"\0" in found[0] else day
        place = found.end()
    yield payload[place:]


def _months(events: Sequence[Recorded]) -> tuple[date, date] | None:
    """The days of verification and of the call-back after a month."""
    verified = [one.meta.occurred_at for one in events if one.meta.type == "ServiceVerified"]
    fields = [msgspec.json.decode(one.raw) for one in events if one.meta.type == "CallbackScheduled"]
    due = [datetime.fromisoformat(one["due_at"]) for one in fields if one["point"] == "M1"]
    if not due:
        return None
    return verified[0].astimezone(COMPANY_ZONE).date(), due[0].astimezone(COMPANY_ZONE).date()


@cache
def _day(ordinal: int) -> bytes:
    if ordinal < 0:
        return str(months_later(date.fromordinal(-ordinal), RETAINED)).encode()
    return str(date.fromordinal(ordinal)).encode()


class Moved:
    """One case on its way through a template: the next event's draft in turn."""

    __slots__ = ("_days", "_hash", "_names", "_number", "_template", "position", "subject")

    def __init__(self, number: int, template: Template, weeks: int) -> None:
        case_id = id_of_command(_command_id(number, 0))
        self.subject = subject_of("case", case_id)
        self.position = 0
        self._number = number
        self._template = template
        self._days = weeks * 7
        self._hash = ""
        self._names = {**template.moulds[number % len(template.moulds)], "case": case_id.encode(), "prev": b""}

    def draft(self, place: int) -> Draft:
        """The event at this place of the template; events are asked for in order."""
        form, names, days = self._template.forms[place], self._names, self._days
        command_id = _command_id(self._number, place)
        own_id = event_id(self.subject, command_id)
        names[f"command {place}"], names[f"event {place}"] = command_id.encode(), own_id.encode()
        names["prev"] = self._hash.encode()
        payload = b"".join(
            [
                piece
                if isinstance(piece, bytes)
                else names[piece]
                if isinstance(piece, str)
                else _day(piece + days if piece > 0 else piece - days)
                for piece in form.pieces
            ]
        )
        self._hash = chain_hash(self._hash, payload)
        return Draft(self.subject, payload, own_id, form.type, form.version, command_id)


def _command_id(number: int, place: int) -> str:
    return str(UUID(int=number << 64 | place))
