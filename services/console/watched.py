"""What of a request is told to logs, traces and figures: its method and route, its status; never its URL."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from services.console.front import OPEN_FOLDERS
from shared.runtime import measures, tracing
from shared.runtime.tracing import Span

_UNROUTED = "none"


def _traceparent(scope: Scope) -> str | None:
    given: Iterator[bytes] = (value for key, value in scope["headers"] if key == b"traceparent")
    return tracing.valid(next(given, b"").decode("latin-1"))


class Watched:
    """Wraps the whole console. Probes and files of the pages are not watched: they would hide everything else."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life span of the server."""
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(OPEN_FOLDERS):
            await self._inner(scope, receive, send)
            return
        began, status, method = perf_counter(), 500, measures.method_of(scope["method"])

        async def sending(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        parent = _traceparent(scope)
        with tracing.span(method, {"http.request.method": method}, kind="server", parent=parent) as span:
            carried = tracing.onward(parent)
            trace = {"trace_id": tracing.trace_id_of(carried)} if carried is not None else {}
            try:
                with bound_contextvars(method=method, **trace):
                    await self._inner(scope, receive, sending)
            finally:
                route = str(scope.get("path_template", "")) or _UNROUTED
                _tell(span, method, route, status)
                outcome = measures.outcome_of(status)
                measures.REQUESTS.labels(method, route, outcome).observe(perf_counter() - began)


def _tell(span: Span, method: str, route: str, status: int) -> None:
    span.tell("http.response.status_code", status)
    if route != _UNROUTED:
        span.name(f"{method} {route}")
        span.tell("http.route", route)
    if status >= 500:
        span.failed(str(status))
