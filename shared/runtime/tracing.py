"""Spans where somebody collects them, next to nothing where nobody does: OpenTelemetry is not even loaded then.

What ties a request, its command, its event and what follows together is its `traceparent` (W3C Trace Context); it is
handed on whether spans are collected or not. Names and attributes say what is done and to which id, nothing else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol, Self

Kind = Literal["internal", "server", "client", "producer", "consumer"]
LINKS = 64
"""Traces that one span for a batch points to, at most."""
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Span(Protocol):
    """Something that is being done."""

    def name(self, name: str) -> None:
        """Call it otherwise, now that more is known."""
        ...

    def tell(self, attribute: str, value: str | int) -> None:
        """Add what became of it; never what a person said."""
        ...

    def failed(self, kind: str) -> None:
        """It went wrong, by a fault of ours or of a server."""
        ...


class Spans(Protocol):
    """Who collects spans."""

    def open(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], attributes: Mapping[str, str | int]
    ) -> AbstractContextManager[Span]:
        """A span under `parent`, else under the one that is open, else in a trace of its own."""
        ...

    def current(self) -> str | None:
        """The traceparent of the span that is open."""
        ...


class _Nothing:
    """The span of a process that collects none."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        return None

    def name(self, name: str) -> None:
        return None

    def tell(self, attribute: str, value: str | int) -> None:
        return None

    def failed(self, kind: str) -> None:
        return None


class _Switch:
    """Who collects in this process; a value of its own, so that all modules see it change."""

    __slots__ = ("spans",)

    def __init__(self) -> None:
        self.spans: Spans | None = None


_NOTHING = _Nothing()
_SWITCH = _Switch()


def collect(spans: Spans | None) -> None:
    """From now on spans go there; None for nowhere."""
    _SWITCH.spans = spans


def is_collected() -> bool:
    """Whether anybody collects spans."""
    return _SWITCH.spans is not None


def span(
    name: str,
    attributes: Mapping[str, str | int] | None = None,
    *,
    kind: Kind = "internal",
    parent: str | None = None,
    links: Sequence[str] = (),
) -> AbstractContextManager[Span]:
    """A span while it is open; an exception that leaves it is told by its kind, never by its words."""
    if _SWITCH.spans is None:
        return _NOTHING
    return _SWITCH.spans.open(name, kind, parent, links, attributes or {})


def onward(traceparent: str | None) -> str | None:
    """What to hand on: the span that is open, else what was handed to us."""
    return traceparent if _SWITCH.spans is None else _SWITCH.spans.current() or traceparent


def valid(traceparent: str | None) -> str | None:
    """A traceparent as it may be handed on and kept, None for anything else."""
    return traceparent if traceparent is not None and _TRACEPARENT.fullmatch(traceparent) else None


def trace_id_of(traceparent: str) -> str:
    """The trace that a valid traceparent belongs to, 32 hexadecimal digits."""
    return traceparent[3:35]


def with_traces(known: Sequence[str], traceparents: Iterable[str | None]) -> list[str]:
    """Traceparents with more of them, one a trace, as many as a span may point to."""
    found = {trace_id_of(one): one for one in known}
    for one in traceparents:
        if len(found) == LINKS:
            break
        if one is not None:
            found.setdefault(trace_id_of(one), one)
    return list(found.values())
