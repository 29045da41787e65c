"""Brings one raw message to its end: a case, a place in the list for a person, or quarantine. Safe to repeat."""

from typing import Any, Protocol

import msgspec
import psycopg
from psycopg_pool import PoolTimeout

from services.intake.mail.ledger import Entry, Ledger
from services.intake.mail.parse import Enclosure, Parsed, Unreadable, parse
from services.intake.mail.report import Kept, Sender, command_id_of, report_of, without
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


class Later(Exception):
    """It cannot be settled now; nothing was decided, so trying again is safe."""


class Asks(Protocol):
    """Sends commands to the services."""

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The service's answer."""
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
        senders: Senders,
        commands: Asks,
        signer: ActorSigner,
        clock: Clock,
    ) -> None:
        self._raw = raw
        self._files = files
        self._people = people
        self._ledger = ledger
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
        except (StoreUnavailable, ConnectionError, psycopg.OperationalError, PoolTimeout) as error:
            raise Later(str(error) or type(error).__name__) from error
        except psycopg.errors.UndefinedTable as error:
            raise Later("the customers' addresses are not built yet") from error
        return entry

    async def _settled(self, stored: StoredRaw) -> Entry:
        async for first in self._raw.under(stored.subject):
            if first.sequence != stored.sequence:
                return await self._behind(first, stored)
            break
        try:
            message = parse(await self._raw.content(stored.message), stored.stored_at)
        except (Unreadable, KeyGone, FileMissing, FileDamaged) as error:
            return self._entry(stored, status="quarantined", error=_unreadable(error))
        if message.listing is not None:
            return await self._listed(stored, message, listing=message.listing)
        return await self._registered(stored, message)

    async def _behind(self, first: StoredRaw, stored: StoredRaw) -> Entry:
        """Another message came under the same Message-ID before: the same bytes share its end, others are listed."""
        if first.message.sha256 == stored.message.sha256:
            end = await self.settle(first.sequence)
            told = {name: getattr(end, name) for name in ("listing", "case_id", "error", "sender", "title")}
            return self._entry(stored, status=end.status, received_at=end.received_at, **told)
        try:
            message = parse(await self._raw.content(stored.message), stored.stored_at)
        except (Unreadable, KeyGone, FileMissing, FileDamaged) as error:
            return self._entry(stored, status="quarantined", error=_unreadable(error))
        return await self._listed(stored, message, listing="other_content")

    async def _listed(self, stored: StoredRaw, message: Parsed, listing: Any) -> Entry:
        person = self._people.person_id(None, message.sender_address) or self._people.stand_in(stored.subject)
        await self._raw.claim(stored.message, person)
        return self._entry(stored, status="listed", listing=listing, **await self._about(message, person))

    async def _registered(self, stored: StoredRaw, message: Parsed) -> Entry:
        sender = await self._senders.by_address(message.sender_address) if message.sender_address else Sender()
        files, faults = await self._kept(message.enclosures)
        command_id = command_id_of(message.message_id, stored.message.sha256)
        body = report_of(message, stored.sequence, sender, files)
        refused = await self._send(command_id, body)
        person = self._people.person_id(None, message.sender_address) or self._people.stand_in(stored.subject)
        told = await self._about(message, person)
        if refused:
            return self._entry(stored, status="quarantined", error=refused, **told)
        case_id = id_of_command(command_id)
        if stored.message.file_ref is not None:
            await self._raw.claim(stored.message, person)
        broken = message.faults + faults
        error = f"{broken} parts could not be read" if broken else None
        return self._entry(stored, status="registered", case_id=case_id, error=error, **told)

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
        """Read every quarantined message anew, with the times it came with; how many left quarantine. Raises: Later."""
        freed = 0
        try:
            waiting = await self._ledger.quarantined()
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Later(str(error)) from error
        for sequence in waiting:
            freed += (await self.settle(sequence, again=True)).status != "quarantined"
        return freed


def _unreadable(error: Exception) -> str:
    return str(error) if isinstance(error, Unreadable) else type(error).__name__
