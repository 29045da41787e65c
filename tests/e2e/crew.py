"""Everybody who takes part in a walk, signed in, and how a whole walk is taken."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from shared.store.identifiers import id_of_number
from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import API, Speaker, new_key, signed_in
from tests.e2e.walking import HttpDoor, Walker, get, stored_files
from tests.e2e.walks import Step

PEOPLE = (
    *("specialist", "supervisor", "deputy", "engineer", "production", "technician"),
    *("sales", "quality", "auditor"),
)
COMPANY = id_of_number("KH-1001")
OWN = {"customer_id": COMPANY, "customer_name": None}
"""What makes a report one of the company that `customer` belongs to."""
NEW: Mapping[str, dict[str, Any]] = {
    "store": {"roles": ["DEPT"], "dept": "STORE"},
    "customer": {"roles": ["CUSTOMER"], "customer_id": COMPANY},
    "stranger": {"roles": ["CUSTOMER"], "customer_id": id_of_number("KH-1002")},
}
"""Who is not among the sample's people, or belongs to another company there."""


class Crew:
    """Everybody signed in, and the files of the walks."""

    def __init__(self, speakers: dict[str, Speaker], files: dict[str, str]) -> None:
        self.speakers = speakers
        self.files = files

    def walker(self, hours: float = 36.0, **more: Any) -> Walker:
        """Somebody who has not begun to walk; the walk lasts so many hours of its own."""
        return Walker(HttpDoor(self.speakers), self.speakers["specialist"], self.files, hours=hours, **more)

    async def walked(self, steps: Sequence[Step], hours: float = 36.0, **report: Any) -> tuple[Walker, dict[str, Any]]:
        """A walk to its end, with all that is refused on the way; the case as it then is."""
        walker = self.walker(hours)
        await walker.take(steps, refused=True, **report)
        assert walker.events == planned(steps) == await walker.happened()
        return walker, await self.case(walker)

    async def case(self, walker: Walker) -> dict[str, Any]:
        """The case as the API tells it."""
        found: dict[str, Any] = await get(
            self.speakers["specialist"], f"/cases/{walker.case_id}", after=walker.position
        )
        return found


def planned(steps: Sequence[Step]) -> list[str]:
    """The events that the steps make, with what reactors add."""
    return [event for step in steps for event in (step.event, *step.then)]


@asynccontextmanager
async def signed_in_crew(house: Up) -> AsyncIterator[Crew]:
    """The people of the sample and those who are new."""
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(signed_in(house.url, "admin"))
        speakers = {name: await stack.enter_async_context(signed_in(house.url, name)) for name in PEOPLE}
        for name, fields in NEW.items():
            user = f"{name}-{new_key()[:8]}"
            added = await admin.send("/staff", json.dumps({"user_name": user, **fields}))
            assert added.status_code == 201, added.text
            await admin.get(f"/staff/{user}", after=added.json()["sequence"])
            answer = await admin.client.put(f"{API}/staff/{user}/password", json={"password": PASSWORD})
            assert answer.status_code == 204, answer.text
            speakers[name] = await stack.enter_async_context(signed_in(house.url, user))
        yield Crew(speakers, await stored_files(speakers["specialist"]))
