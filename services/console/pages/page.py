"""Renders templates; every page has the visitor, the words and the address of the style sheet."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response

from services.console.collections import COLLECTIONS, MESSAGE_ROLES
from services.console.pages.language import Words, language_of
from services.console.sessions import Visitor
from shared.events.vocabulary import Role
from shared.store.order import Fault
from shared.store.problem import told

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def stylesheet() -> str:
    """The address of the style sheet; it changes with its content, so browsers may keep it."""
    digest = hashlib.sha256((STATIC / "console.css").read_bytes()).hexdigest()[:12]
    return f"/static/console.css?v={digest}"


def page(request: Request[Any, Any, Any], template: str, status_code: int = 200, **values: Any) -> Response[bytes]:
    """A template as an answer."""
    words = Words(language_of(request))
    html = (
        _environment()
        .get_template(template)
        .render(
            t=words,
            visitor=(visitor := request.scope["state"].get("visitor")),
            worklists=_worklists(visitor),
            registers=_registers(visitor),
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            stylesheet=stylesheet(),
            **values,
        )
    )
    headers = {"Content-Language": words.language, "Vary": "Accept-Language, Cookie"}
    return Response(html.encode(), status_code=status_code, media_type="text/html; charset=utf-8", headers=headers)


def _worklists(visitor: Visitor | None) -> list[str]:
    """The lists of work that a visitor may look at, for the bar above every page."""
    if visitor is None:
        return []
    desk = ["messages", "letters", "callbacks"] if visitor.has(*MESSAGE_ROLES) else []
    return desk + (["escalations"] if visitor.has(*MESSAGE_ROLES, Role.ENGINEER, Role.DEPT) else [])


def _registers(visitor: Visitor | None) -> list[str]:
    """The registers that a visitor may look at."""
    return [] if visitor is None else [one.name for one in COLLECTIONS if one.has_page and visitor.has(*one.roles)]


def error_page(request: Request[Any, Any, Any], status: int, faults: Sequence[Fault]) -> Response[bytes]:
    """What went wrong, in words, each with the parameter that it is about."""
    words = Words(language_of(request))
    complaints = [(fault.field, words.one(told(fault).both)) for fault in faults]
    return page(request, "problem.html", status, status=status, complaints=complaints)


def redirect(where: str, *cookies: str) -> Response[Any]:
    """Go on with GET at another page of ours."""
    response: Response[Any] = Response(None, status_code=303, headers={"Location": local(where)})
    for cookie in cookies:
        response.headers["Set-Cookie"] = cookie
    return response


def local(where: str) -> str:
    """A path of ours; anything that could lead elsewhere becomes the first page."""
    safe = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable() and where.isascii()
    return where if safe else "/"
