"""Seals and opens what events say of customers' persons.

Only the readers of `people`, `case_text` and `record_text` open, those who decide about messages, and an import of
customers that compares its rows with the register.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

import msgspec
from msgspec import Struct

from shared.people.identity import PersonIds
from shared.people.plan import NOTE, builtins_of, plan_at, plan_of
from shared.people.ring import KeyGone, KeyRing
from shared.people.sealed_text import PREFIX, SEALED, TextOpener, TextSealer, nonces, person_of, seal_text
from shared.texts.catalogue import sentence


class KeysWanted(Exception):
    """The keys of these persons are not in memory yet."""

    def __init__(self, persons: Collection[str]) -> None:
        super().__init__(f"{len(persons)} keys are not in memory")
        self.persons = persons


class _Sealing:
    """Seals with the keys in memory and notes which are wanted."""

    __slots__ = ("_ids", "_nonces", "_ring", "_sealers", "wanted")

    def __init__(self, ring: KeyRing, ids: PersonIds) -> None:
        self._ring = ring
        self._ids = ids
        self._nonces = nonces()
        self._sealers: dict[str, TextSealer] = {}
        self.wanted: set[str] = set()

    def text(self, text: str, person: str) -> str:
        sealer = self._sealers.get(person) or self._sealer(person)
        return "" if sealer is None else sealer.seal(text, next(self._nonces))

    def _sealer(self, person: str) -> TextSealer | None:
        key = self._ring.remembered(person)
        if key is None:
            self.wanted.add(person)
            return None
        sealer = self._sealers[person] = TextSealer(person, key)
        return sealer

    def owner(self, fields: dict[str, Any], person: str) -> str:
        contact = fields.get("contact") or ""
        email = fields.get("email") or (contact if "@" in contact else None)
        own = self._ids.person(fields.get("phone") or (contact if "@" not in contact else None) or None, email)
        if own is None:
            return person
        fields["person_id"] = own
        if address := self._ids.person(None, fields.get("email")):
            fields["address_id"] = address
        return own

    def stored(self, value: Any, walk: Callable[[Any], Any]) -> Any:
        """Left alone: it was sealed when it was stored."""
        return value

    def untyped(self, value: Any) -> Any:
        """Left alone: it was sealed by the type of the place that it belongs to."""
        return value


class Opening:
    """Opens many texts of many persons with the keys in memory; None stands for what can be opened no more.

    `missed` counts texts whose key is not in memory, `wanted` says whose keys they are.
    """

    __slots__ = ("_keys", "_openers", "_ring", "missed", "wanted")

    def __init__(self, ring: KeyRing, keys: Mapping[str, bytes | None]) -> None:
        self._ring = ring
        self._keys = keys
        self._openers: dict[str, TextOpener] = {}
        self.missed = 0
        self.wanted: set[str] = set()

    def text(self, text: str, person: str) -> str | None:
        """The text itself."""
        owner = person_of(text)
        if owner is None:
            return text
        opener = self._openers.get(owner) or self._opener(owner)
        if opener is None:
            return None
        try:
            return opener.open(text)
        except KeyGone:
            return None

    def _opener(self, person: str) -> TextOpener | None:
        key = self._keys[person] if person in self._keys else self._ring.remembered(person)
        if key is not None:
            opener = self._openers[person] = TextOpener(person, key)
            return opener
        if person not in self._keys:
            self.missed += 1
            self.wanted.add(person)
        return None

    def owner(self, fields: dict[str, Any], person: str) -> str:
        """Whoever it is, each text says itself whose it is."""
        return person

    def stored(self, value: Any, walk: Callable[[Any], Any]) -> Any:
        """Texts that were stored before are opened like all others."""
        return walk(value)

    def untyped(self, value: Any) -> Any:
        """Each text in it that says it is sealed."""
        match value:
            case str():
                note = NOTE if value.startswith(NOTE) else ""
                text = self.text(value.removeprefix(note), "")
                return None if text is None else note + text
            case list():
                return [self.untyped(one) for one in value]
            case dict():
                return {name: self.untyped(one) for name, one in value.items()}
        return value


class People:
    """The customers' persons of a deployment: who they are, and the key ring that seals what is said of them."""

    def __init__(self, ring: KeyRing, ids: PersonIds) -> None:
        self.ring = ring
        self._ids = ids

    def person_id(self, phone: str | None, email: str | None) -> str | None:
        """The person behind a phone number, else an address; None when neither is given."""
        return self._ids.person(phone, email)

    def stand_in(self, subject: str) -> str:
        """The person whose key seals the texts of an aggregate that names nobody."""
        return self._ids.stand_in(subject)

    async def seal_event(self, event: Struct, person: str) -> dict[str, Any]:
        """An event's fields as they are stored; a nested contact is sealed for itself and gets its person id.

        Raises: ConnectionError when keys are needed that cannot be reached.
        """
        while True:
            try:
                return self.seal_event_now(event, person)
            except KeysWanted as wanted:
                await self.ring.make(wanted.persons)

    def seal_event_now(self, event: Struct, person: str) -> dict[str, Any]:
        """The same with the keys in memory. Raises: KeysWanted."""
        fields, walk = builtins_of(event), plan_of(type(event))
        if walk is None:
            return fields
        sealing = _Sealing(self.ring, self._ids)
        walk(fields, person, sealing)
        if sealing.wanted:
            raise KeysWanted(sealing.wanted)
        return fields

    async def seal_value(self, struct: type[Struct], path: str, value: Any, person: str) -> Any:
        """The value at a path of an event of this type as it is stored. Raises: ConnectionError, LookupError."""
        walk = plan_at(struct, path)
        while walk is not None and value is not None:
            sealing = _Sealing(self.ring, self._ids)
            sealed = walk(deepcopy(value), person, sealing)
            if not sealing.wanted:
                return sealed
            await self.ring.make(sealing.wanted)
        return value

    async def seal_text(self, text: str, person: str) -> str:
        """One text as it is stored. Raises: ConnectionError."""
        key = self.ring.remembered(person) or (await self.ring.make([person]))[person]
        return seal_text(text, person, key)

    async def open_text(self, text: str) -> str | None:
        """One stored text opened, None when its key is gone. Raises: ConnectionError."""
        return await self._opened(lambda opening: opening.text(text, ""))

    async def open_body(self, body: bytes) -> bytes:
        """A body with its sealed texts opened, also those within a text; what can be opened no more says so.

        Raises: ConnectionError.
        """
        if PREFIX.encode() not in body:
            return body
        gone = sentence("people", "erased").both

        def opened(value: Any, opening: Opening) -> Any:
            match value:
                case str():
                    return SEALED.sub(lambda found: _or(opening.text(found[0], ""), gone), value)
                case dict():
                    return {name: opened(one, opening) for name, one in value.items()}
                case list():
                    return [opened(one, opening) for one in value]
                case _:
                    return value

        fields = msgspec.json.decode(body)
        return msgspec.json.encode(await self._opened(lambda opening: opened(fields, opening)))

    async def open_texts(self, texts: Sequence[str | None]) -> list[str | None]:
        """Stored texts opened, None for what is none or whose key is gone. Raises: ConnectionError."""
        return await self._opened(lambda opening: [None if text is None else opening.text(text, "") for text in texts])

    def opening(self, keys: Mapping[str, bytes | None]) -> Opening:
        """Opens with these keys, None for one that is gone, and with those in memory."""
        return Opening(self.ring, keys)

    async def load(self, persons: Collection[str]) -> dict[str, bytes | None]:
        """The keys of these persons, None for one that is gone. Raises: ConnectionError."""
        return {**dict.fromkeys(persons), **await self.ring.find(persons)}

    def open_fields(self, struct: type[Struct], fields: dict[str, Any], opening: Opening) -> dict[str, Any]:
        """Stored fields opened in place; None where the key is gone."""
        walk = plan_of(struct)
        if walk is not None:
            walk(fields, "", opening)
        return fields

    async def open_event(self, event: Struct) -> dict[str, Any]:
        """The fields of a stored event opened, None where the key is gone. Raises: ConnectionError."""
        return await self._opened(lambda opening: self.open_fields(type(event), builtins_of(event), opening))

    async def open_raw(self, struct: type[Struct], raw: bytes | msgspec.Raw) -> dict[str, Any]:
        """The same for the stored JSON of an event's fields."""
        return await self._opened(lambda opening: self.open_fields(struct, msgspec.json.decode(raw), opening))

    async def _opened[Found](self, work: Callable[[Opening], Found]) -> Found:
        """Try with the keys in memory, then with those that were wanted."""
        opening = self.opening({})
        found = work(opening)
        return work(self.opening(await self.load(opening.wanted))) if opening.missed else found


def _or(text: str | None, instead: str) -> str:
    return instead if text is None else text
