"""Whose key seals an event: that of the case's contact, of each contact of a firm, else the aggregate's own."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

import msgspec
from msgspec import Struct, inspect
from msgspec.structs import replace

from shared.case.state import Case
from shared.events.case.record import RecordCorrected
from shared.events.catalogue import EVENTS
from shared.people.people import People
from shared.people.plan import NOTE
from shared.people.sealed_text import person_of
from shared.store.port import StoreUnavailable
from shared.store.sealing import Sealed


class ObjectNames(Protocol):
    """Tells under which ids the keys of a raw message are kept."""

    async def raw_objects(self, position: int) -> tuple[str, ...]:
        """The object ids of the message at this position of INTAKE, empty when there is none."""
        ...


class EventSealer:
    """Seals events of every aggregate, and claims the files and raw messages they name for the same person."""

    def __init__(self, people: People, names: ObjectNames) -> None:
        self._people = people
        self._names = names

    async def seal_for(self, subject: str, event: Any, state: Any, late_reason: str | None) -> Sealed:
        """The event as it may be stored in this aggregate. Raises: StoreUnavailable."""
        try:
            return await self._sealed(subject, event, state, late_reason)
        except ConnectionError as error:
            raise StoreUnavailable("the keys cannot be reached") from error

    async def _sealed(self, subject: str, event: Any, state: Any, late_reason: str | None) -> Sealed:
        person = self._concerned(subject, event, state)
        if isinstance(event, RecordCorrected):
            event = await self._sealed_like_before(event, person)
        fields = await self._people.seal_event(event, person)
        if "contact_id" in type(event).__struct_fields__:
            fields["contact_id"] = person
        for kind, reference in references_of(event):
            await self._claim(kind, reference, person)
        return Sealed(fields, None if late_reason is None else await self._people.seal_text(late_reason, person))

    async def _sealed_like_before(self, event: RecordCorrected, person: str) -> RecordCorrected:
        """The new value sealed as its place is, for the person whose text stood there."""
        owner = next(_persons_in(event.old_value), person)
        target = EVENTS[event.target_type]
        return replace(event, new_value=await self._people.seal_value(target, event.field_path, event.new_value, owner))

    async def open_fields(self, type: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Stored fields of an event with their texts opened, None where a person was erased.

        Raises: StoreUnavailable.
        """
        try:
            return await self._people.open_raw(EVENTS[type], msgspec.json.encode(fields))
        except ConnectionError as error:
            raise StoreUnavailable("the keys cannot be reached") from error

    def _concerned(self, subject: str, event: Any, state: Any) -> str:
        if isinstance(state, Case) and state.intake.report is not None and state.intake.report.contact_id:
            return state.intake.report.contact_id
        phone, email = (getattr(event, name, None) for name in ("contact_phone", "contact_email"))
        own = self._people.person_id(_known(phone), _known(email))
        return own or self._people.stand_in(subject)

    async def _claim(self, kind: str, reference: str, person: str) -> None:
        if kind == "file" or reference.startswith("sha256:"):
            await self._people.ring.claim(reference, person)
        elif reference.startswith("raw:"):
            for object_id in await self._names.raw_objects(int(reference.removeprefix("raw:"))):
                await self._people.ring.claim(object_id, person)


def _persons_in(value: Any) -> Iterator[str]:
    """Whose sealed texts stand in a stored value."""
    match value:
        case str():
            if person := person_of(value.removeprefix(NOTE)):
                yield person
        case list() | dict():
            for one in value.values() if isinstance(value, dict) else value:
                yield from _persons_in(one)


def _known(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def references_of(event: Struct) -> Iterator[tuple[str, str]]:
    """The files and contents that an event names, as (kind, reference)."""
    for name, kind in _direct(type(event)):
        value = getattr(event, name)
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, Struct):
                yield from references_of(one)
            elif kind and isinstance(one, str):
                yield kind, one


@cache
def _direct(struct: type[Struct]) -> tuple[tuple[str, str], ...]:
    """Fields that refer to files or contents by themselves (with the kind), or may hold objects that do ("")."""
    shape = inspect.type_info(struct)
    assert isinstance(shape, inspect.StructType)
    found = ((field.name, _refers(field.type)) for field in shape.fields)
    return tuple((name, kind) for name, kind in found if kind is not None)


def _refers(kind: inspect.Type) -> str | None:
    match kind:
        case inspect.Metadata():
            refers = (kind.extra or {}).get("refers")
            return refers if refers in {"file", "content"} else _refers(kind.type)
        case inspect.UnionType():
            found = {refers for one in kind.types if (refers := _refers(one)) is not None}
            return max(found, default=None)
        case inspect.ListType():
            return _refers(kind.item_type)
        case inspect.StructType():
            return "" if _direct(kind.cls) else None
        case _:
            return None
