"""What the registers say of the members that a table names, read from the log and verified; contacts opened.

What is opened here is compared with the rows of whoever imports and goes nowhere else.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from msgspec import Struct

from shared.events.catalogue import decode
from shared.events.customer import Contact, CustomerRegistered
from shared.events.envelope import Recorded, subject_of
from shared.events.mould import WarrantyTermsSet
from shared.masters.aggregates import AGGREGATES
from shared.people.people import People
from shared.people.plan import builtins_of
from shared.store.identifiers import id_of_number
from shared.store.port import NOTHING_YET, EventStore, Head

_AN_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{5}")


class Standing(Struct, frozen=True):
    """A member of a register: its version, 0 when the number is free, and what is said of it."""

    version: int = 0
    registered: Any = None
    terms: WarrantyTermsSet | None = None


class _Read(Struct):
    """An aggregate as far as it was read."""

    head: Head
    state: Any


class Standings:
    """The members of one register. What was read at the start may be behind: `again` looks anew."""

    def __init__(self, store: EventStore, people: People, kind: str) -> None:
        self._store = store
        self._people = people
        self._kind = kind
        self._read: dict[str, _Read] = {}
        self._customers: dict[str, str] = {}

    async def read(self, wanted: Collection[str]) -> None:
        """Read these members from the log, all at once. Raises: IntegrityError, StoreUnavailable."""
        async for page in self._store.of_kind(self._kind, 0):
            for recorded in page:
                if recorded.aggregate_id in wanted:
                    self._take(recorded)

    def _take(self, recorded: Recorded) -> None:
        known = self._read.get(recorded.aggregate_id) or _Read(NOTHING_YET, AGGREGATES[self._kind].initial)
        recorded.follows(known.head.version, known.head.hash)
        head = Head(recorded.sequence, recorded.meta.version, recorded.hash)
        state = AGGREGATES[self._kind].fold(known.state, decode(recorded), recorded.meta)
        self._read[recorded.aggregate_id] = _Read(head, state)

    async def again(self, id: str) -> Standing:
        """One member as the log has it now. Raises: IntegrityError, StoreUnavailable."""
        known = self._read.get(id)
        subject = subject_of(self._kind, id)
        newest = await self._store.head(subject)
        for recorded in await self._store.load(subject, known.head if known is not None else NOTHING_YET, newest):
            self._take(recorded)
        return (await self.of([id]))[id]

    async def of(self, ids: Iterable[str]) -> dict[str, Standing]:
        """These members as they were read, the keys of their contacts fetched together. Raises: ConnectionError."""
        found = {id: self._read[id] for id in ids if id in self._read}
        firms = {id: one.state.registered for id, one in found.items()}
        contacts = [one for firm in firms.values() if isinstance(firm, CustomerRegistered) for one in firm.contacts]
        keys = await self._people.load({one.person_id for one in contacts}) if contacts else {}
        opening = self._people.opening(keys)

        def opened(contact: Contact) -> Contact:
            fields = self._people.open_fields(Contact, builtins_of(contact), opening)
            own = {name: value for name, value in fields.items() if name not in ("person_id", "address_id")}
            return Contact(**{"name": "", **{name: value for name, value in own.items() if value is not None}})

        def standing(read: _Read) -> Standing:
            said = read.state.registered
            if isinstance(said, CustomerRegistered):
                said = msgspec.structs.replace(said, contacts=[opened(one) for one in said.contacts])
            return Standing(read.head.version, said, getattr(read.state, "terms", None))

        return {id: standing(read) for id, read in found.items()}

    async def customer_id(self, text: str) -> str:
        """The customer that a cell means: the one of this number, or an id of the register itself."""
        if (known := self._customers.get(text)) is None:
            known = id_of_number(text)
            if _AN_ID.fullmatch(text) and not await self._store.head(subject_of("customer", known)):
                known = text
            self._customers[text] = known
        return known
