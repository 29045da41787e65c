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
        return Response(b'{"live":true}', media_type=JSON)

    @get("/health/ready")
    async def ready() -> Response[bytes]:
        reasons = list(await parts.reasons())
        body = msgspec.json.encode({"ready": not reasons, "reasons": reasons})
        return Response(body, status_code=503 if reasons else 200, media_type=JSON)

    return live, ready
