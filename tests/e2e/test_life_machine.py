"""Thousands of random commands by everybody to one running product; at the end the log and all read models agree."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from services.command_line.ground import ground, opened_log
from services.command_line.seeding import content
from shared.events.catalogue import EVENTS
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import CaseState
from shared.runtime.settings import settings_of
from shared.store.cache import Aggregates
from shared.store.identifiers import id_of_number
from tests.e2e.accounts import the_log
from tests.e2e.deeds import Deeds
from tests.e2e.life_machine import LifeMachine, Runs
from tests.e2e.refolded import assert_read_models_are_as_refolded
from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import API, Speaker, signed_in
from tests.e2e.sworn import Sworn
from tests.e2e.walking import stored_files
from tests.support import samples

pytestmark = pytest.mark.alone
COMMANDS = 2_000
"""What must be sent."""
ROUNDS, EXAMPLES, STEPS = 6, 12, 100
"""Rounds at most, until enough was sent and everything has happened; each tries so many examples, of so many steps, on
the one product that they share."""
SEED = int(os.environ.get("MOLDCARE_LIFE_SEED", "1"))
"""With the seed that a failure names the same choices are made again."""
ACCEPTED = ("示例 sample", "信函 letters")
"""The doctor's checks that mind real cases beside the sign-ins of the sample, and letters without a mail server."""
OWNER = "KH-1001"
HOUSE = (
    *("specialist", "supervisor", "deputy", "engineer", "production", "technician", "customer"),
    *("sales", "analyst", "quality", "auditor", "admin"),
)
EXPLORING = settings(
    phases=[Phase.generate],  # the product lives on, so that nothing can be tried again or made smaller
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
)


@pytest.fixture
async def lively(tmp_path: Path) -> AsyncIterator[Up]:
    up = Up(tmp_path / "data", "--sample")
    try:
        yield await up.ready()
    finally:
        await up.end()


async def test_whatever_people_do_the_product_holds_what_it_promises(
    lively: Up, record_property: Callable[[str, object], None]
) -> None:
    here, chance = settings_of({}, lively.data), random.Random()
    async with AsyncExitStack() as stack:
        speakers = await everybody(stack, lively.url)
        store = await stack.enter_async_context(opened_log(await stack.enter_async_context(ground(here, "service"))))
        door = Sworn(chance, speakers, await stored_files(speakers["specialist"]))
        deeds = Deeds(chance, door, Aggregates(store), levels(), id_of_number(OWNER))
        for number in range(ROUNDS):
            await explored(lambda run: LifeMachine(deeds, door, speakers["specialist"], run), SEED + number)
            happened = {entry.meta["type"] for entry in await the_log(here.access("service"))}
            if len(door.told) + door.codes.total() >= COMMANDS and happened >= EVENTS.keys():
                break
    await assert_read_models_are_as_refolded(lively.data, besides=ACCEPTED)
    entries = await the_log(here.access("service"))
    door.is_kept(entries)
    happened = {str(entry.meta["type"]) for entry in entries}
    accepted, refused = len(door.told), door.codes.total()
    sent, codes = accepted + refused, ", ".join(f"{code} {number}" for code, number in door.codes.most_common())
    told = (
        f"seed {SEED}: {sent} random commands, {accepted} accepted, {refused} refused ({codes}), {door.repeated} told "
        f"again; {len(entries)} events of {len(happened)} types in the log, {len(deeds.states)} states"
    )
    record_property("told", told)
    assert sent >= COMMANDS, told
    assert accepted >= sent / 2, told
    assert sorted(EVENTS.keys() - happened) == [], told
    assert sorted(set(CaseState) - deeds.states.keys()) == [], told


async def explored(machine: Callable[[Runs], LifeMachine], chance: int) -> None:
    """Let hypothesis, which knows no coroutines, drive machines from a thread; what they do runs on this loop."""
    loop = asyncio.get_running_loop()

    def run(deed: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(deed, loop).result()

    await asyncio.to_thread(run_state_machine_as_test, seed(chance)(lambda: machine(run)), settings=EXPLORING)


async def everybody(stack: AsyncExitStack, url: str) -> dict[str, Speaker]:
    """The people of the sample and somebody of the store, all signed in."""
    speakers = {name: await stack.enter_async_context(signed_in(url, name)) for name in HOUSE}
    admin = speakers["admin"]
    added = await admin.send("/staff", '{"user_name": "store", "roles": ["DEPT"], "dept": "STORE"}')
    assert added.status_code == 201, added.text
    await admin.get("/staff/store", after=added.json()["sequence"])
    answer = await admin.client.put(f"{API}/staff/store/password", json={"password": PASSWORD})
    assert answer.status_code == 204, answer.text
    return {**speakers, "store": await stack.enter_async_context(signed_in(url, "store"))}


def levels() -> SlaPolicyPublished:
    """The service levels that the product begins with."""
    body = {"version": 1, "effective_from": samples.at(0), "drafted_by": "admin", "content": content("service_levels")}
    return msgspec.convert(body, SlaPolicyPublished)
