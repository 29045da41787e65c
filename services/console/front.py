"""The outermost layer of the console: who is asking, whether a browser may send this, and headers of every answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from litestar import Response
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from services.console.answering import refused
from services.console.parts import Parts
from services.console.sessions import Visitor, user_of
from services.console.visitors import visitor_named
from shared.store.order import Fault, Refused

COOKIE = "moldcare_session"
API = "/api/v1"
OPEN_PATHS = frozenset({f"{API}/session", "/sign-in", "/language", "/openapi.json", "/docs"})
OPEN_FOLDERS = ("/health/", "/static/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = (
    ("content-security-policy", "default-src 'self'; script-src 'self'; frame-ancestors 'none'; form-action 'self'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cache-control", "no-store"),
)
UNREACHABLE = (OperationalError, PoolTimeout, ConnectionError)
"""The database cannot be reached now."""
_log = structlog.get_logger("console")


def visitor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Visitor:
    """Who is asking. Raises: Refused with H-401."""
    visitor = connection.scope["state"].get("visitor")
    if not isinstance(visitor, Visitor):
        raise Refused(Fault("H-401", "not_signed_in"))
    return visitor


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The token that came with a request."""
    token = connection.scope["state"].get("token")
    return token if isinstance(token, str) else None


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _token(scope: Scope) -> tuple[str | None, bool]:
    """The token, and whether a browser sent it by itself."""
    authorization = _header(scope, b"authorization")
    if authorization is not None:
        kind, _, token = authorization.partition(" ")
        return (token.strip() or None) if kind.lower() == "bearer" else None, False
    try:
        cookie = SimpleCookie(_header(scope, b"cookie") or "").get(COOKIE)
    except CookieError:
        return None, False
    return (cookie.value, True) if cookie is not None else (None, False)


def _is_from_elsewhere(scope: Scope, by_cookie: bool) -> bool:
    """Whether a page of another site, or nobody knows who, sent an unsafe request with the browser's cookie."""
    if scope.get("method") in SAFE:
        return False
    origin = _header(scope, b"origin")
    if origin is not None:
        return urlsplit(origin).netloc != (_header(scope, b"host") or "")
    return by_cookie and _header(scope, b"sec-fetch-site") not in ("same-origin", "none")


class Front:
    """Wraps the application; everything of one request passes here."""

    def __init__(self, parts: Parts, inner: ASGIApp) -> None:
        self._parts = parts
        self._inner = inner
        self._newest = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life span of the server."""
        if scope["type"] != ScopeType.HTTP:
            await self._inner(scope, receive, send)
            return
        started = False

        async def sending(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(message)
            await send(message)

        try:
            await self._serve(scope, receive, sending)
        except UNREACHABLE:
            # Who is asking cannot be looked up now; what handlers meet is answered further inside.
            await _answer(refused([Fault("H-503", "busy")]), scope, receive, sending)
        except Exception as error:  # the outermost loop: whatever it is, no trace of it goes out
            route = scope.get("path_template", "")
            _log.error("request failed", route=route, kind=type(error).__name__, exc_info=True)
            if started:
                raise
            await _answer(refused([Fault("H-500", "internal")]), scope, receive, sending)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, by_cookie = _token(scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        if _is_from_elsewhere(scope, by_cookie):
            await _answer(refused([Fault("H-403", "other_origin")]), scope, receive, send)
            return
        path = scope["path"]
        if token is not None and not path.startswith(OPEN_FOLDERS):
            state["visitor"], state["token"] = await self._visitor(token), token
        if state.get("visitor") is None and path not in OPEN_PATHS and not path.startswith(OPEN_FOLDERS):
            await _answer(_sign_in_first(scope), scope, receive, send)
            return
        await self._inner(scope, receive, send)

    def _complete(self, message: MutableMapping[str, Any]) -> None:
        """Add what every answer carries; one that reads nothing names the newest position told so far."""
        headers = list(message.get("headers", []))
        given = {name.lower(): value for name, value in headers}
        if (told := given.get(b"x-sequence", b"")).isdigit():
            self._newest = max(self._newest, int(told))
        now = self._parts.clock.now().isoformat()
        wanted = (*_HEADERS, ("x-sequence", str(self._newest)), ("x-as-of", now))
        headers += [(name.encode(), value.encode()) for name, value in wanted if name.encode() not in given]
        message["headers"] = headers

    async def _visitor(self, token: str) -> Visitor | None:
        async with self._parts.pool.connection() as connection:
            user = await user_of(connection, token, self._parts.clock.now())
            return await visitor_named(connection, user) if user is not None else None


def _sign_in_first(scope: Scope) -> Response[Any]:
    path = scope["path"]
    if path.startswith("/api/"):
        return refused([Fault("H-401", "not_signed_in")])
    return Response(None, status_code=303, headers={"Location": f"/sign-in?next={quote(path)}"})


async def _answer(response: Response[Any], scope: Scope, receive: Receive, send: Send) -> None:
    to: Callable[[Scope, Receive, Send], Awaitable[None]] = response.to_asgi_response(app=None, request=None)  # type: ignore[arg-type]
    await to(scope, receive, send)
