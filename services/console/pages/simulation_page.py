"""The page on which a draft is tried on past cases before anybody publishes it."""

from collections.abc import AsyncIterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from services.console.front import visitor_of
from services.console.pages.forms.typed import one
from services.console.pages.forms.uploads import posted
from services.console.pages.language import ZONE, Words, language_of
from services.console.pages.page import page
from services.console.reading import Reading
from services.console.scopes import needs
from services.console.simulations import DRAFTS, SIMULATION_ROLES, Simulations
from shared.files.port import FileTooLarge, StoredFile
from shared.store.order import Fault, Refused
from shared.store.problem import told
from shared.store.request import MAX_BODY

_FILE = "_file"


class Held:
    """Takes the files of one request in memory: what is tried is not kept."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    async def put(self, stream: AsyncIterable[bytes], name: str = "", declared: str = "") -> StoredFile:
        """As the port says; a draft is as large as the body of a command at most."""
        content = bytearray()
        async for piece in stream:
            content += piece
            if len(content) > MAX_BODY:
                raise FileTooLarge
        reference = f"held:{len(self.contents)}"
        self.contents[reference] = bytes(content)
        return StoredFile(reference, "", declared, len(content))


def simulation_pages(reading: Reading, simulations: Simulations) -> Sequence[HTTPRouteHandler]:
    """The handlers of the page."""

    @get("/simulation")
    async def blank(request: Request[Any, Any, Any]) -> Response[bytes]:
        needs(visitor_of(request), SIMULATION_ROLES)
        return _page(request, _last_month(reading.now()))

    @post("/simulation", status_code=200)
    async def simulate(request: Request[Any, Any, Any]) -> Response[bytes]:
        needs(visitor_of(request), SIMULATION_ROLES)
        held = Held()
        form = await posted(request, held)
        given = {name: one(form.given, name) for name in ("start", "end", *DRAFTS)}
        try:
            if form.too_large:
                raise Refused(*(Fault("H-413", "body_too_large", name.removesuffix(_FILE)) for name in form.too_large))
            for name in DRAFTS:
                if content := held.contents.get(one(form.given, name + _FILE)):
                    given[name] = content.decode("utf-8", "replace")
            found, standing = await simulations.run(_body(given))
        except Refused as refused:
            return _page(request, given, faults=refused.faults)
        return _page(request, given, found=found, sequence=standing.sequence)

    return blank, simulate


def _last_month(now: datetime) -> dict[str, str]:
    """The days of the month before this one, and of this one up to today."""
    today = now.astimezone(ZONE).date()
    begins = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return {"start": begins.isoformat(), "end": today.isoformat(), **dict.fromkeys(DRAFTS, "")}


def _body(given: dict[str, str]) -> dict[str, Any]:
    """What the form says, as a program would say it; the last day is one of the period. Raises: Refused."""
    faults: list[Fault] = []
    body: dict[str, Any] = {}
    for name, field, days in (("start", "received_from", 0), ("end", "received_to", 1)):
        try:
            day = date.fromisoformat(given[name]) + timedelta(days=days)
            body[field] = datetime.combine(day, time(), ZONE).isoformat()
        except (ValueError, OverflowError):
            faults.append(Fault("V-FMT", "not_a_day", name))
    for name in DRAFTS:
        if given[name].strip():
            try:
                body[name] = msgspec.json.decode(given[name])
            except (msgspec.DecodeError, RecursionError):
                faults.append(Fault("V-FMT", "body_not_json", name))
    if faults:
        raise Refused(*faults)
    return body


def _page(
    request: Request[Any, Any, Any],
    given: dict[str, str],
    *,
    faults: Sequence[Fault] = (),
    found: Any = None,
    sequence: int = 0,
) -> Response[bytes]:
    words = Words(language_of(request))
    complaints = [(fault.field, words.one(told(fault).both)) for fault in faults]
    is_busy = any(fault.code == "H-503" for fault in faults)
    status = (503 if is_busy else 422) if faults else 200
    return page(request, "simulation.html", status, given=given, complaints=complaints, found=found, sequence=sequence)
