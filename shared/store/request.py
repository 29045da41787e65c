"""A command on its way: what a door sends, what a service answers, and the envelope fields of a body."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from shared.events.shapes import Instant
from shared.store.checker import compiled
from shared.store.findings import Findings

MAX_BODY = 1024 * 1024
"""Bytes of a JSON body; more is refused with 413."""


class Request(Struct, frozen=True):
    """A command with its body still raw. `aggregate_id` None: the command opens an aggregate.

    `body_fault` is an HTTP status that the door found for the body (400, 413, 415); the service judges it in
    its place among the checks.
    """

    command: str
    aggregate_id: str | None
    command_id: str
    token: str
    body: bytes
    if_match: str | None = None
    traceparent: str | None = None
    body_fault: int = 0
    causation_id: str | None = None
    correlation_id: str | None = None


class Answer(Struct, frozen=True):
    """201 accepted, 200 known already, else a problem in `body`; the status codes of HTTP in every door."""

    status: int
    body: dict[str, Any]

    @property
    def is_accepted(self) -> bool:
        """Whether the fact stands in the log."""
        return self.status < 300


class Circumstances(Struct, frozen=True, kw_only=True):
    """What every command may carry besides its event's fields."""

    at: Instant | None = None
    late_reason: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 500})] | None = None
    on_behalf_of: (
        Annotated[str, Meta(extra_json_schema={"pattern": "^[a-z0-9-]{1,64}$"}, extra={"refers": "staff"})] | None
    ) = None
    source_device: Annotated[str, Meta(extra_json_schema={"pattern": "^[A-Za-z0-9._:-]{1,100}$"})] | None = None
    import_batch: Annotated[str, Meta(extra_json_schema={"pattern": "^[A-Za-z0-9._:-]{1,100}$"})] | None = None


CIRCUMSTANCES = frozenset(Circumstances.__struct_fields__)


def circumstances_of(body: dict[str, Any], findings: Findings) -> Circumstances:
    """The envelope fields of a body; what has a fault is noted and left out."""
    given = {name: value for name, value in body.items() if name in CIRCUMSTANCES}
    if not given:
        return Circumstances()
    before = len(findings.faults)
    cleaned = compiled(Circumstances)(given, "", findings)
    if len(findings.faults) > before:
        failed = {fault.field for fault in findings.faults[before:]}
        cleaned = {name: value for name, value in cleaned.items() if name not in failed}
    return msgspec.convert(cleaned, Circumstances)


def happened_at(circumstances: Circumstances, draft: Any, paths: Sequence[str], now: datetime) -> datetime:
    """When it happened: `at`, else the first of the event's own times that was given, else now."""
    if circumstances.at is not None:
        return circumstances.at
    found = (_reached(draft, path) for path in paths)
    return next((one for one in found if isinstance(one, datetime)), now)


def _reached(draft: Any, path: str) -> Any:
    for name in path.split("."):
        draft = getattr(draft, name, None)
    return draft
