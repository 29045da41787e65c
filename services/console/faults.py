"""Turns what goes wrong inside handlers into answers: problem details for programs, a page for people."""

import re
from typing import Any

import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.routes import HTTPRoute
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from services.console.answering import refused
from services.console.door import HungUp
from services.console.pages.page import error_page
from shared.store.order import Fault, Refused
from shared.store.problem import problem

_log = structlog.get_logger("console")


def _answer(request: Request[Any, Any, Any], fault: Fault, *more: Fault, allow: str | None = None) -> Response[bytes]:
    headers = {"Allow": allow} if allow else {}
    if request.url.path.startswith(("/api/", "/health/", "/openapi.json")):
        return refused([fault, *more], headers)
    answer = problem([fault, *more])
    return error_page(request, answer.status, [fault, *more])


def _allowed(application: Litestar, path: str) -> str:
    """The methods that a path knows."""
    methods: set[str] = set()
    for route in application.routes:
        pattern = re.sub(r"\\\{[^/]+\\\}", "[^/]+", re.escape(route.path_format))
        if isinstance(route, HTTPRoute) and re.fullmatch(pattern, path.rstrip("/") or "/"):
            methods |= set(route.methods)
    return ", ".join(sorted(methods))


def on_refused(request: Request[Any, Any, Any], error: Refused) -> Response[bytes]:
    """What the console itself refuses."""
    return _answer(request, *error.faults)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework refuses: no such route, no such method, bad parameters."""
    status = error.status_code
    if status == 405:
        return _answer(request, Fault("H-405", "method_not_allowed"), allow=_allowed(request.app, request.url.path))
    if status < 500:
        return _answer(request, Fault("H-404", "no_such_page"))
    return on_broken(request, error)


def on_unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The database cannot be reached now."""
    return _answer(request, Fault("H-503", "busy"))


def on_hung_up(request: Request[Any, Any, Any], error: HungUp) -> Response[bytes]:
    """Nobody is there any more: no fault of ours, and nothing to note."""
    return _answer(request, Fault("H-400", "body_not_json"))


def on_broken(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Anything else is a fault of ours: noted with its trace, told without."""
    # The route, not the path: what stands in a path may be a person's name.
    route = request.scope.get("path_template", "")
    _log.error("request failed", route=route, kind=type(error).__name__, exc_info=error)
    return _answer(request, Fault("H-500", "internal"))


HANDLERS: dict[Any, Any] = {
    Exception: on_broken,
    Refused: on_refused,
    HungUp: on_hung_up,
    HTTPException: on_http,
    OperationalError: on_unavailable,
    PoolTimeout: on_unavailable,
    ConnectionError: on_unavailable,
}
