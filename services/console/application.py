"""Builds the console: one ASGI application that the composition root serves in its own loop."""

from importlib.metadata import version

import msgspec
from litestar import Litestar, Response, get
from litestar.types import ASGIApp

from services.console.answering import JSON
from services.console.api_advice import advice_handlers
from services.console.api_commands import command_handlers
from services.console.api_files import file_handlers
from services.console.api_messages import message_handlers
from services.console.api_reads import read_handlers
from services.console.api_session import SignIn, session_handlers
from services.console.api_simulation import simulation_handlers
from services.console.api_watch import watch_handlers
from services.console.door import Door
from services.console.faults import HANDLERS
from services.console.front import Front
from services.console.health import health_handlers
from services.console.openapi import document
from services.console.pages.pages import page_handlers
from services.console.parts import Parts
from services.console.reading import Reading
from services.console.routes import RouteTable
from services.console.simulations import Simulations
from services.console.watched import Watched


def console(parts: Parts) -> ASGIApp:
    """The console as an ASGI application; it holds no resources of its own."""
    table, door, sign_in, reading = RouteTable(parts.stages), Door(parts), SignIn(parts), Reading(parts)
    simulations = Simulations(parts, reading)
    described = msgspec.json.encode(document(table, version("moldcare")))

    @get("/openapi.json")
    async def openapi() -> Response[bytes]:
        return Response(described, media_type=JSON)

    application = Litestar(
        route_handlers=[
            openapi,
            *health_handlers(parts),
            *session_handlers(parts, sign_in),
            *file_handlers(parts, reading),
            *command_handlers(door, table),
            *advice_handlers(reading),
            *read_handlers(reading),
            *message_handlers(parts, reading),
            *watch_handlers(reading),
            *simulation_handlers(simulations),
            *page_handlers(parts, door, table, sign_in, reading, simulations),
        ],
        openapi_config=None,
        exception_handlers=HANDLERS,
        request_max_body_size=None,
        logging_config=None,
    )
    return Watched(Front(parts, application))
