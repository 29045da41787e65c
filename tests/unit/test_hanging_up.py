"""A sender who leaves in the middle is no fault of ours."""

from typing import Any

from litestar import Litestar, Request, post
from structlog.testing import capture_logs

from services.console.api_commands import draft_of
from services.console.faults import HANDLERS


async def test_a_body_that_is_cut_off_makes_no_command_and_no_alarm() -> None:
    came: list[bytes] = []
    answers: list[int] = []
    pieces = [{"type": "http.request", "body": b'{"half":', "more_body": True}, {"type": "http.disconnect"}]

    @post("/cases")
    async def take(request: Request[Any, Any, Any]) -> None:
        came.append((await draft_of(request)).body)

    async def receive() -> Any:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        answers.append(message.get("status", 0))

    asked: Any = {"type": "http", "method": "POST", "path": "/cases", "query_string": b"", "headers": []}
    console = Litestar([take], exception_handlers=HANDLERS, openapi_config=None, logging_config=None)
    with capture_logs() as logs:
        await console(asked, receive, send)
    assert (came, answers[0], logs) == ([], 400, [])
