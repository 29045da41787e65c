"""All pages: where they are and what each is made by."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.api_session import SignIn
from services.console.door import Door
from services.console.openapi import document
from services.console.pages.case_page import case_page
from services.console.pages.entrance import entrance_handlers
from services.console.pages.figures_page import figures_page
from services.console.pages.first_page import first_page
from services.console.pages.forms.pages import form_handlers
from services.console.pages.letters_page import letters_pages
from services.console.pages.messages_page import messages_pages
from services.console.pages.page import STATIC, page
from services.console.pages.record_page import record_pages
from services.console.pages.registers_page import register_pages
from services.console.pages.simulation_page import simulation_pages
from services.console.pages.watch_pages import watch_pages
from services.console.parts import Parts
from services.console.reading import Reading
from services.console.routes import RouteTable
from services.console.simulations import Simulations
from shared.store.order import Fault, Refused

_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def page_handlers(
    parts: Parts, door: Door, table: RouteTable, sign_in: SignIn, reading: Reading, simulations: Simulations
) -> Sequence[HTTPRouteHandler]:
    """The handlers of all pages."""
    return (
        *entrance_handlers(sign_in),
        first_page(reading),
        figures_page(reading),
        case_page(reading, table),
        *form_handlers(parts, door, table, reading),
        *register_pages(reading, table),
        *record_pages(reading, table),
        *messages_pages(parts, reading),
        *letters_pages(reading),
        *watch_pages(reading),
        *simulation_pages(reading, simulations),
        _static(),
        _documentation(table),
    )


def _static() -> HTTPRouteHandler:
    files = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}

    @get("/static/{name:str}")
    async def static(name: str) -> Response[bytes]:
        if name not in files:
            raise Refused(Fault("H-404", "no_such_page"))
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(files[name].read_bytes(), media_type=_TYPES[PurePath(name).suffix], headers=headers)

    return static


def _documentation(table: RouteTable) -> HTTPRouteHandler:
    described: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document(table, "1")))
    bodies = described["components"]["schemas"]

    @get("/docs")
    async def documentation(request: Request[Any, Any, Any]) -> Response[bytes]:
        return page(request, "docs.html", described=described, bodies=bodies)

    return documentation
