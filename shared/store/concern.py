"""What a log line or a span is about, by ids alone: what a caller may have put a person's words into is left out."""

import re
from contextlib import suppress

from shared.events.envelope import Recorded, canonical
from shared.runtime import tracing
from shared.store.request import Request

_DERIVED = re.compile(r"[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{5}")
"""An id that we make; anything else in its place may be what somebody typed, a telephone number for example."""


def aggregate(kind: str, aggregate_id: str) -> dict[str, str]:
    """One aggregate: `case_id` for a case, else its kind and id."""
    return {"case_id": aggregate_id} if kind == "case" else {"aggregate_kind": kind, "aggregate_id": aggregate_id}


def of_subject(subject: str) -> dict[str, str]:
    """The aggregate of this subject."""
    return aggregate(*subject.split(".", 2)[1:])


def of_event(recorded: Recorded) -> dict[str, str | int]:
    """An event: its aggregate, position and type, the command that made it, and its trace."""
    meta = recorded.meta
    return {
        **aggregate(recorded.kind, recorded.aggregate_id),
        "sequence": recorded.sequence,
        "type": meta.type,
        "command_id": meta.command_id,
        **trace(meta.traceparent),
    }


def of_request(request: Request, kind: str | None) -> dict[str, str]:
    """A command as it came in; `kind` is None for one that does not exist."""
    told = {"command": request.command if kind is not None else "unknown"}
    with suppress(ValueError):
        told["command_id"] = canonical(request.command_id)
    if kind is not None and request.aggregate_id is not None and _DERIVED.fullmatch(request.aggregate_id):
        told |= aggregate(kind, request.aggregate_id)
    return told if request.traceparent is None else told | trace(request.traceparent)


def trace(traceparent: str | None) -> dict[str, str]:
    """The trace that something belongs to, if any."""
    known = tracing.valid(traceparent)
    return {} if known is None else {"trace_id": tracing.trace_id_of(known)}
