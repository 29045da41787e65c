"""Whether the process lives, and whether it can serve; the reasons when it cannot."""

from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from services.console.answering import JSON
from services.console.parts import Parts


def health_handlers(parts: Parts) -> Sequence[HTTPRouteHandler]:
    """The handlers that operators and load balancers ask."""

    @get("/health/live")
    async def live() -> Response[bytes]:
        found = parts.health.live()
        return Response(msgspec.json.encode(found), status_code=200 if found.live else 503, media_type=JSON)

    @get("/health/ready")
    async def ready() -> Response[bytes]:
        found = await parts.health.ready()
        return Response(msgspec.json.encode(found), status_code=200 if found.ready else 503, media_type=JSON)

    return live, ready
