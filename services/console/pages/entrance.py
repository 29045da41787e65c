"""Signing in and out in the browser, and choosing the language."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from services.console.api_session import SignIn, TooManyFailures, address_of, cookie_header
from services.console.door import pieces_of, read_body
from services.console.front import token_of
from services.console.pages.forms.typed import one, typed
from services.console.pages.language import COOKIE, LANGUAGES, Words, language_of
from services.console.pages.page import page, redirect
from services.console.sessions import LIFETIME
from shared.store.order import Refused
from shared.store.problem import told

_YEAR = 365 * 24 * 3600


def entrance_handlers(sign_in: SignIn) -> Sequence[HTTPRouteHandler]:
    """The handlers of the entrance."""
    return _asked(), _signed_in(sign_in), _signed_out(sign_in), _language()


def _asked() -> HTTPRouteHandler:
    @get("/sign-in")
    async def asked(request: Request[Any, Any, Any]) -> Response[bytes]:
        return page(request, "sign_in.html", next=request.query_params.get("next", "/"), user="", sentence="")

    return asked


def _signed_in(sign_in: SignIn) -> HTTPRouteHandler:
    @post("/sign-in")
    async def signed_in(request: Request[Any, Any, Any]) -> Response[Any]:
        raw, _ = await read_body(pieces_of(request), "application/json")
        given, words = typed(raw), Words(language_of(request))
        user, following = one(given, "user"), one(given, "next") or "/"
        try:
            token = await sign_in.token(user, next(iter(given.get("password", ())), ""), address_of(request))
        except TooManyFailures as wait:
            sentence, status = words("too_many_tries", n=wait.seconds), 429
        except Refused as refused:
            sentence, status = words.one(told(refused.faults[0]).both), 401
        else:
            return redirect(following, cookie_header(request, token, int(LIFETIME.total_seconds())))
        return page(request, "sign_in.html", status, next=following, user=user, sentence=sentence)

    return signed_in


def _signed_out(sign_in: SignIn) -> HTTPRouteHandler:
    @post("/sign-out")
    async def signed_out(request: Request[Any, Any, Any]) -> Response[Any]:
        await sign_in.out(token_of(request) or "")
        return redirect("/sign-in", cookie_header(request, "", 0))

    return signed_out


def _language() -> HTTPRouteHandler:
    @get("/language")
    async def language(request: Request[Any, Any, Any]) -> Response[Any]:
        chosen = request.query_params.get("to", "")
        following = request.query_params.get("next", "/")
        if chosen not in LANGUAGES:
            return redirect(following)
        return redirect(following, f"{COOKIE}={chosen}; Path=/; SameSite=Lax; HttpOnly; Max-Age={_YEAR}")

    return language
