"""The door of a service: who sends a command, to what, with which body. Pure but for the look at the aggregates."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from shared.events.envelope import canonical, subject_of
from shared.masters.staff import Staff
from shared.runtime.identity import ActorVerifier, BadToken, Claims
from shared.store.cache import Aggregates
from shared.store.identifiers import id_of_command
from shared.store.order import Command, Fault, Refused
from shared.store.request import Request

_BODY_FAULTS = {413: "body_too_large", 415: "body_not_declared_json", 400: "body_not_json"}


class Work(Struct, frozen=True):
    """A command that passed the door: who sends it, to which subject, with which body."""

    request: Request
    claims: Claims
    command: Command
    subject: str
    body: dict[str, Any]
    hash: str
    now: datetime


class Admission:
    """Admits commands in the order of checks: 401, 404, then the body. `pepper` keys the hash of bodies."""

    def __init__(
        self, aggregates: Aggregates, commands: Mapping[str, Command], verifier: ActorVerifier, pepper: bytes
    ) -> None:
        self._aggregates = aggregates
        self._commands = commands
        self._verifier = verifier
        self._pepper = pepper

    def kind_of(self, command: str) -> str | None:
        """The kind of aggregate that a command is for, None when there is no such command here."""
        found = self._commands.get(command)
        return found.kind if found is not None else None

    async def admit(self, request: Request, now: datetime) -> Work:
        """The command as work to do. Raises: Refused with H-401, H-404, H-400, H-413, H-415 or V-FMT."""
        try:
            claims = self._verifier.verify(request.token, now)
        except BadToken:
            raise Refused(Fault("H-401", "not_signed_in")) from None
        if not claims.system and not await self._is_active(claims.user):
            raise Refused(Fault("H-401", "not_signed_in"))
        command = await self._find(request)
        body = parsed(request)
        try:
            command_id = canonical(request.command_id)
        except ValueError:
            raise Refused(Fault("V-FMT", "key_not_uuid", "Idempotency-Key")) from None
        request = msgspec.structs.replace(request, command_id=command_id)
        subject = subject_of(command.kind, request.aggregate_id or _new_id(command, command_id, body))
        return Work(request, claims, command, subject, body, self._hash(request, body), now)

    async def _is_active(self, user: str) -> bool:
        subject = subject_of("staff", user)
        for look in (self._aggregates.get, self._aggregates.refresh):
            staff: Staff = (await look(subject)).state
            if staff.is_active:
                return True
        return False

    async def _find(self, request: Request) -> Command:
        command = self._commands.get(request.command)
        if command is None:
            raise Refused(Fault("H-404", "no_such_command"))
        if request.aggregate_id is None and command.opens != "always":
            raise Refused(Fault("H-404", "no_such_aggregate", values={"name": ""}))
        if request.aggregate_id is not None and command.opens != "may":
            subject = subject_of(command.kind, request.aggregate_id)
            known = (await self._aggregates.get(subject)).head.version
            if not known and not (await self._aggregates.refresh(subject)).head.version:
                raise Refused(Fault("H-404", "no_such_aggregate", values={"name": request.aggregate_id}))
        return command

    def _hash(self, request: Request, body: dict[str, Any]) -> str:
        said = [request.command, request.aggregate_id, body]
        try:
            told = msgspec.json.encode(said, order="sorted")
        except UnicodeEncodeError:
            told = json.dumps(said, sort_keys=True).encode()
        return hmac.digest(self._pepper, told, "sha256").hex()


def parsed(request: Request) -> dict[str, Any]:
    """The body as an object. Raises: Refused with the door's own fault, H-400, or V-FMT when it is no object."""
    if request.body_fault:
        raise Refused(Fault(f"H-{request.body_fault}", _BODY_FAULTS[request.body_fault]))
    try:
        body = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = _tolerant(request.body)
    if not isinstance(body, dict):
        raise Refused(Fault("V-FMT", "not_an_object", "body"))
    return body


def _tolerant(body: bytes) -> Any:
    """JSON that only holds values which no event may hold is told so field by field; all else is no JSON."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(Fault("H-400", "body_not_json")) from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _new_id(command: Command, command_id: str, body: dict[str, Any]) -> str:
    number = body.get(command.number) if command.number else None
    if not isinstance(number, str) or not number.strip():
        return id_of_command(command_id)
    return command.new_id(number)
