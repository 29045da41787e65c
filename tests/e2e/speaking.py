"""Programs that speak to the API with a token of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import uuid4

import httpx2

from tests.e2e.running import PASSWORD
from tests.support.now import report_now

API = "/api/v1"


class Speaker:
    """One signed-in program. `written`: the last position that any of them made, by the product's address."""

    written: ClassVar[dict[httpx2.URL, int]] = {}

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        """A read."""
        return await self.client.get(API + path, params=query)

    async def send(self, path: str, body: str | bytes, **headers: str) -> httpx2.Response:
        """A command; headers with underscores for hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Content-Type": "application/json", **given}
        answer = await self.client.post(API + path, content=body, headers=given)
        if answer.status_code == 201 and "sequence" in (told := answer.json()):
            self.written[self.client.base_url] = max(self.position_written, told["sequence"])
        return answer

    @property
    def position_written(self) -> int:
        """The last position that anybody here made, 0 when nobody did."""
        return self.written.get(self.client.base_url, 0)

    async def register(self, **changes: Any) -> dict[str, Any]:
        """A case from the sample report; what was answered."""
        answer = await self.send("/cases", report_now(**changes))
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def position(self) -> int:
        """The last position of the log, as the status tells it."""
        return int((await self.get("/status")).json()["position"])


@asynccontextmanager
async def signed_in(url: str, user: str, password: str = PASSWORD) -> AsyncIterator[Speaker]:
    """A program with a session of its own."""
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.post(f"{API}/session", json={"user": user, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield Speaker(client)


def new_key() -> str:
    """An idempotency key."""
    return str(uuid4())


def codes(answer: httpx2.Response) -> dict[str, str]:
    """The code of each failing field."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    return {error["field"]: error["code"] for error in answer.json()["errors"]}
