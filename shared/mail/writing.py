"""Writes a waiting message: opens what is sealed in it, fetches its files, puts it into its thread."""

import mimetypes
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import msgspec

from shared.files.port import FileDamaged, FileMissing, FileStore, read_all
from shared.mail.first_message import FirstMessage, Raw, first_message
from shared.mail.invitation import Visit
from shared.mail.message import BadAddress, Enclosed, Written, message_of
from shared.mail.names import visit_uid
from shared.mail.relay import Relay
from shared.mail.rows import Row
from shared.reactors.sender import Opener
from shared.runtime.clock import Clock
from shared.texts.catalogue import sentence

LARGEST = 15_000_000
"""Bytes of all files of a message; more is refused by many servers after a third has been added on the way."""


class Unsendable(Exception):
    """This message can never be sent; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Writer:
    """Makes messages of rows."""

    def __init__(self, relay: Relay, opener: Opener, files: FileStore, raw: Raw, clock: Clock) -> None:
        self._relay = relay
        self._opener = opener
        self._files = files
        self._raw = raw
        self._clock = clock

    async def write(self, row: Row) -> tuple[str, EmailMessage]:
        """The address and the message. Raises: Unsendable; StoreUnavailable, ConnectionError."""
        fields: dict[str, Any] = msgspec.json.decode(await self._opener.open_body(row.body.encode()))
        to: str = fields["to"].strip()
        first = await first_message(self._raw, fields.get("raw"))
        self._make_sure(row, to, first)
        try:
            message = message_of(self._relay, await self._written(row, fields, first))
        except BadAddress as error:
            raise Unsendable("BAD_ADDRESS") from error
        return to, message

    def _make_sure(self, row: Row, to: str, first: FirstMessage) -> None:
        """No machine is answered by a machine, and nothing is sent to ourselves."""
        if row.is_automatic and first.wants_no_answer:
            raise Unsendable("NO_ANSWER_WANTED")
        if to.casefold() in (self._relay.sender.casefold(), self._relay.reply_to.casefold()):
            raise Unsendable("OWN_ADDRESS")

    async def _written(self, row: Row, fields: Mapping[str, Any], first: FirstMessage) -> Written:
        language = str(fields.get("letter") or "").rpartition(".")[2]
        return Written(
            case_id=row.case_id,
            mail_id=row.mail_id,
            to=fields["to"].strip(),
            title=fields.get("title") or "",
            subject=_in(language, "subject"),
            text=fields["text"],
            at=self._clock.now(),
            is_automatic=row.is_automatic,
            answers=first.message_id,
            visit=self._visit(row, fields, language),
            files=await self._enclosed(fields.get("attachments", ())),
        )

    def _visit(self, row: Row, fields: Mapping[str, Any], language: str) -> Visit | None:
        told = fields.get("appointment")
        if told is None:
            return None
        starts_at = told.get("starts_at")
        return Visit(
            uid=visit_uid(row.case_id, told["visit_id"], self._relay.domain),
            number=told["number"],
            told_at=self._clock.now(),
            starts_at=datetime.fromisoformat(starts_at) if starts_at else None,
            is_cancelled=told.get("is_cancelled", False),
            summary=f"{_in(language, 'visit')} {row.case_id}",
            text=fields["text"],
            organizer=self._relay.reply_to or self._relay.sender,
            organizer_name=self._relay.sender_name,
            attendee=fields["to"].strip(),
        )

    async def _enclosed(self, named: Sequence[Mapping[str, Any]]) -> list[Enclosed]:
        try:
            about = [await self._files.describe(one["file_ref"]) for one in named]
            if sum(one.size_bytes for one in about) > LARGEST:
                raise Unsendable("FILES_TOO_LARGE")
            return [
                Enclosed(_file_name(one["name"], file.mime), file.mime, await read_all(self._files, file.file_ref))
                for one, file in zip(named, about, strict=True)
            ]
        except (FileMissing, FileDamaged) as error:
            raise Unsendable("FILE_MISSING") from error


def _file_name(name: str, mime: str) -> str:
    """The name as given, with the ending that its kind has where it has none."""
    has_ending = "." in name[-6:]
    return name if has_ending else f"{name}{mimetypes.guess_extension(mime) or ''}"


def _in(language: str, key: str) -> str:
    text = sentence("letters", key)
    return {"zh": text.zh, "en": text.en}.get(language, text.both)
