"""Signing in and out, and passwords."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, post, put
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from services.console import sessions
from services.console.answering import JSON, refused
from services.console.attempts import LIMIT, Attempts
from services.console.door import pieces_of, read_body
from services.console.front import COOKIE, token_of, visitor_of
from services.console.parts import Parts
from services.console.passwords import LONGEST, SHORTEST, is_right, set_password
from services.console.visitors import visitor_named
from shared.events.vocabulary import Role
from shared.store.order import Fault, Refused

BODY_FAULTS = {413: "body_too_large", 415: "body_not_declared_json", 400: "body_not_json"}


class Credentials(Struct, frozen=True):
    """What a program signs in with."""

    user: str
    password: str


class NewPassword(Struct, frozen=True):
    """A password to be set."""

    password: Annotated[str, msgspec.Meta(extra_json_schema={"minLength": SHORTEST, "maxLength": LONGEST})]


class TooManyFailures(Exception):
    """Somebody guesses; try again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class SignIn:
    """Checks passwords and begins sessions."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._users, self._addresses = Attempts(), Attempts(10 * LIMIT)

    async def token(self, user: str, password: str, address: str) -> str:
        """A token for a right password of a user who may act. Raises: Refused with H-401, TooManyFailures."""
        now = self._parts.clock.now()
        instant = now.timestamp()
        if seconds := max(self._users.wait(user, instant), self._addresses.wait(address, instant)):
            raise TooManyFailures(seconds)
        async with self._parts.pool.connection() as connection:
            verified = _is_plausible(user, password) and await is_right(connection, user, password)
            if not verified or await visitor_named(connection, user) is None:
                self._users.failed(user, instant)
                self._addresses.failed(address, instant)
                raise Refused(Fault("H-401", "wrong_password"))
            self._users.succeeded(user)
            return await sessions.begin(connection, user, now)

    async def out(self, token: str) -> None:
        """End a session."""
        async with self._parts.pool.connection() as connection:
            await sessions.end(connection, token)


def _is_plausible(user: str, password: str) -> bool:
    """Whether PostgreSQL and argon2 can take the texts at all."""
    return all(text and len(text) <= LONGEST and text.isprintable() for text in (user, password))


async def decoded[Body](request: Request[Any, Any, Any], shape: type[Body]) -> Body:
    """A small JSON body of the console itself. Raises: Refused with H-413, H-415, H-400 or V-FMT."""
    raw, fault = await read_body(pieces_of(request), request.headers.get("content-type", ""))
    if fault:
        raise Refused(Fault(f"H-{fault}", BODY_FAULTS[fault]))
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("`$.")[2].rstrip("`") if "`$." in str(error) else "body"
        raise Refused(Fault("V-FMT", "bad_format", field)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(Fault("H-400", "body_not_json")) from None


def address_of(request: Request[Any, Any, Any]) -> str:
    """The address that a request came from."""
    return request.client.host if request.client else ""


def cookie_header(request: Request[Any, Any, Any], token: str, seconds: int) -> str:
    """The header that keeps a session in the browser, or ends it there with 0 seconds."""
    secure = "; Secure" if request.url.scheme == "https" else ""
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"


def session_handlers(parts: Parts, sign_in: SignIn) -> Sequence[HTTPRouteHandler]:
    """The handlers of sign-in, sign-out and passwords."""

    @post("/api/v1/session")
    async def begin(request: Request[Any, Any, Any]) -> Response[bytes]:
        given = await decoded(request, Credentials)
        try:
            token = await sign_in.token(given.user, given.password, address_of(request))
        except TooManyFailures as wait:
            return refused([Fault("H-429", "too_many_requests")], {"Retry-After": str(wait.seconds)})
        return Response(msgspec.json.encode({"token": token}), status_code=200, media_type=JSON)

    @delete("/api/v1/session", status_code=204)
    async def end(request: Request[Any, Any, Any]) -> None:
        visitor_of(request)
        await sign_in.out(token_of(request) or "")

    @put("/api/v1/staff/{user:str}/password", status_code=204)
    async def password(request: Request[Any, Any, Any], user: str) -> None:
        visitor = visitor_of(request)
        given = await decoded(request, NewPassword)
        if visitor.user != user and not visitor.has(Role.ADMIN):
            raise Refused(Fault("A-ROLE", "role_may_not", values={"allowed": Role.ADMIN.value}))
        if not SHORTEST <= len(given.password) <= LONGEST or not given.password.isprintable():
            raise Refused(Fault("V-RANGE", "out_of_range", "password", {"least": SHORTEST, "most": LONGEST}))
        async with parts.pool.connection() as connection:
            if await visitor_named(connection, user) is None:
                raise Refused(Fault("H-404", "no_such_aggregate", values={"name": user[:100]}))
            await set_password(connection, user, given.password)

    return begin, end, password
