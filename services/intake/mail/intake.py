"""Brings one raw message to its end: a case, a place in the list for a person, or quarantine. Safe to repeat."""

import asyncio
from typing import Any, Protocol

import msgspec
import psycopg
from msgspec import Struct
from psycopg_pool import PoolTimeout

from services.intake.mail.kinds import Listing
from services.intake.mail.ledger import Entry, Ledger
from services.intake.mail.parse import Enclosure, Parsed, Unreadable, is_same, parse
from services.intake.mail.report import MOST, Kept, Sender, command_id_of, report_of, without
from services.intake.mail.senders import Senders
from shared.files.port import FileDamaged, FileMissing, FileStore, FileTooLarge, once
from shared.masters.staff import SYSTEM_USER
from shared.people.people import People
from shared.people.ring import KeyGone
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorSigner
from shared.store.commands import Outgoing
from shared.store.identifiers import id_of_command
from shared.store.port import StoreUnavailable
from shared.store.raw import RawMessages, StoredRaw
from shared.store.request import Answer

ATTEMPTS = 3
"""How often a command is sent with fewer fields before its message is quarantined."""
_SHARED = ("status", "listing", "case_id", "error", "sender", "title", "words", "received_at", "about_case")
"""What the second delivery of a message says as the first."""


class Later(Exception):
    """It cannot be settled now; nothing was decided, so trying again is safe."""


class Asks(Protocol):
    """Sends commands to the services."""

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The service's answer."""
        ...


class Returns(Protocol):
    """Knows which messages are ours, and notes those that came back."""

    async def wrote_about(self, case_id: str) -> bool:
        """Whether we ever wrote about this case: a number in a subject may be anybody's."""
        ...

    async def note(self, mail_id: str, code: str) -> bool:
        """Whether it was one of ours and is news."""
        ...


class MailIntake:
    """Settles raw messages of the channel e-mail."""

    def __init__(
        self,
        raw: RawMessages,
        files: FileStore,
        people: People,
        *,
        ledger: Ledger,
        returns: Returns,
        senders: Senders,
        commands: Asks,
        signer: ActorSigner,
        clock: Clock,
    ) -> None:
        self._raw = raw
        self._files = files
        self._people = people
        self._ledger = ledger
        self._returns = returns
        self._senders = senders
        self._commands = commands
        self._signer = signer
        self._clock = clock

    async def settle(self, sequence: int, *, again: bool = False) -> Entry:
        """The message's end, written down. `again`: a quarantined message is read anew.

        Raises: Later when a server, a key or an earlier message is not at hand now.
        """
        try:
            found = (await self._ledger.find([sequence])).get(sequence)
            if found is not None and not (again and found.status == "quarantined"):
                return found
            entry = await self._settled(await self._raw.read(sequence))
            await self._ledger.keep(entry)
        except (StoreUnavailable, OSError, psycopg.OperationalError, PoolTimeout) as error:
            # OSError: no connection to the keys, or no room for files.
            raise Later(str(error) or type(error).__name__) from error
        except psycopg.errors.UndefinedTable as error:
            raise Later("the customers' addresses are not built yet") from error
        return entry

    async def _settled(self, stored: StoredRaw) -> Entry:
        async for first in self._raw.under(stored.subject):
            if first.sequence != stored.sequence:
                return await self._behind(first, stored)
            break
        read = await self._read(stored)
        if isinstance(read, Entry):
            return read
        thread = read.message.thread
        if read.message.listing is not None:
            if thread is not None and thread.returned:
                await self._returns.note(thread.mail_id, thread.returned)
            return await self._listed(stored, read, listing=read.message.listing)
        if thread is not None and await self._returns.wrote_about(thread.case_id):
            return await self._listed(stored, read, listing="reply")
        return await self._registered(stored, read)

    async def _read(self, stored: StoredRaw) -> "_Read | Entry":
        """The message, or its end in quarantine."""
        try:
            content = await self._raw.content(stored.message)
        except (KeyGone, FileMissing, FileDamaged) as error:
            return self._entry(stored, status="quarantined", error=type(error).__name__)
        try:
            # A large message takes seconds; commands of this process shall not wait for it.
            return _Read(content, await asyncio.to_thread(parse, content, stored.stored_at))
        except Unreadable as error:
            await self._raw.at_hand(stored.message, content)
            return self._entry(stored, status="quarantined", error=str(error))

    async def _behind(self, first: StoredRaw, stored: StoredRaw) -> Entry:
        """Another came under the same Message-ID before: the same message shares its end, others are listed."""
        read = await self._read(stored)
        if isinstance(read, Entry):
            return read
        if await self._says_the_same(first, read.content):
            end = await self.settle(first.sequence)
            await self._raw.claim(stored.message, self._person(stored, read.message))
            told = {name: getattr(end, name) for name in _SHARED}
            return self._entry(stored, same_as=first.sequence, **told)
        return await self._listed(stored, read, listing="other_content")

    async def _says_the_same(self, first: StoredRaw, content: bytes) -> bool:
        try:
            return await asyncio.to_thread(is_same, await self._raw.content(first.message), content)
        except (KeyGone, FileMissing, FileDamaged):
            return False

    def _person(self, stored: StoredRaw, message: Parsed) -> str:
        """Who wrote, else one that stands for this message."""
        return self._people.person_id(None, message.sender_address) or self._people.stand_in(stored.subject)

    async def _listed(self, stored: StoredRaw, read: "_Read", listing: Listing) -> Entry:
        told = await self._shown(stored, read)
        thread = read.message.thread
        about = thread.case_id if thread is not None else None
        return self._entry(stored, status="listed", listing=listing, about_case=about, **told)

    async def _registered(self, stored: StoredRaw, read: "_Read") -> Entry:
        message = read.message
        sender = await self._senders.by_address(message.sender_address) if message.sender_address else Sender()
        files, faults = await self._kept(message.enclosures)
        command_id = command_id_of(message.message_id, stored.message.sha256)
        body = report_of(message, stored.sequence, sender, files)
        refused = await self._send(command_id, body)
        if refused:
            told = await self._shown(stored, read)
            return self._entry(stored, status="quarantined", error=refused, **told)
        broken = message.faults + faults
        error = f"{broken} parts could not be read" if broken else None
        told = await self._about(message, self._person(stored, message))
        return self._entry(stored, status="registered", case_id=id_of_command(command_id), error=error, **told)

    async def _shown(self, stored: StoredRaw, read: "_Read") -> dict[str, Any]:
        """What a person decides by: the message as it came at hand, and sealed what was read of it."""
        person = self._person(stored, read.message)
        await self._raw.at_hand(stored.message, read.content)
        await self._raw.claim(stored.message, person)
        text = read.message.text
        words = await self._people.seal_text(text[:MOST], person) if text else None
        return {**await self._about(read.message, person), "words": words}

    async def _send(self, command_id: str, body: dict[str, Any]) -> str:
        """Why the report was refused, empty when it stands. A field that is refused is stated as unknown instead."""
        reason = ""
        for _ in range(ATTEMPTS):
            now = self._clock.now()
            order = Outgoing(
                service="intake",
                command="RegisterFeedback",
                aggregate_id=None,
                command_id=command_id,
                token=self._signer.sign(SYSTEM_USER, now, system=True),
            )
            answer = await self._commands.ask(order, msgspec.json.encode(body))
            if answer.is_accepted or answer.body.get("code") == "V-KEY":
                # V-KEY: the case stands already, registered by an earlier reader that read the message otherwise.
                return ""
            if answer.status == 503:
                raise Later("intake is busy")
            errors = answer.body.get("errors", [])
            reason = "; ".join(f"{error['code']} {error['field']}".strip() for error in errors)
            fewer = without(body, {error["field"] for error in errors}) if answer.status == 422 else None
            if fewer is None:
                break
            body = fewer
        return reason or "refused"

    async def _kept(self, enclosures: tuple[Enclosure, ...]) -> tuple[tuple[Kept, ...], int]:
        """The attachments in the file store, and how many were too large for it."""
        kept: dict[tuple[str, str], Kept] = {}
        faults = 0
        for one in enclosures:
            try:
                file = await self._files.put(once(one.content), one.name, one.media_type)
            except FileTooLarge:
                faults += 1
                continue
            kept.setdefault((file.file_ref, one.name), Kept(file.file_ref, one.name))
        return tuple(kept.values()), faults

    async def _about(self, message: Parsed, person: str) -> dict[str, Any]:
        """Who wrote and about what, sealed, for the list that a person works on."""
        sender = " ".join(part for part in (message.sender_name, message.sender_address) if part)
        return {
            "sender": await self._people.seal_text(sender, person) if sender else None,
            "title": await self._people.seal_text(message.subject, person) if message.subject else None,
            "received_at": message.received_at,
        }

    def _entry(self, stored: StoredRaw, **told: Any) -> Entry:
        return Entry(
            sequence=stored.sequence,
            message_subject=stored.subject,
            sha256=stored.message.sha256,
            stored_at=stored.stored_at,
            settled_at=self._clock.now(),
            **told,
        )

    async def try_again(self) -> int:
        """Read every quarantined message that nobody decided on anew, with the times it came with.

        Returns how many left quarantine. Raises: Later.
        """
        freed = 0
        for sequence in await self.waiting():
            freed += (await self.settle(sequence, again=True)).status != "quarantined"
        return freed

    async def waiting(self, sequence: int | None = None) -> list[int]:
        """Quarantined messages that nobody decided on; of one position only, or of all. Raises: Later."""
        try:
            return await self._ledger.undecided(sequence)
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable, PoolTimeout) as error:
            raise Later(str(error)) from error


class _Read(Struct, frozen=True):
    """A message as it came, and as it was read."""

    content: bytes
    message: Parsed
