"""Thousands of random commands by everybody to one running product; at the end the log and all read models agree."""

import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from services.command_line.ground import ground, opened_log
from services.command_line.seeding import content
from shared.events.catalogue import EVENTS
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import CaseState
from shared.runtime.settings import settings_of
from shared.store.cache import Aggregates
from shared.store.identifiers import id_of_number
from tests.e2e.accounts import the_log
from tests.e2e.life_machine import Machine
from tests.e2e.refolded import assert_read_models_are_as_refolded
from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import API, Speaker, signed_in
from tests.e2e.sworn import Sworn
from tests.e2e.walking import stored_files
from tests.support import samples

pytestmark = pytest.mark.alone
STEPS = 2_400
SEED = int(os.environ.get("MOLDCARE_LIFE_SEED", "1"))
"""With the seed that a failure names the same choices are made again."""
SAMPLE = "示例 sample"
"""The doctor's check that minds real cases beside the sign-ins of the sample, as there are here."""
OWNER = "KH-1001"
HOUSE = (
    *("specialist", "supervisor", "deputy", "engineer", "production", "technician", "customer"),
    *("sales", "analyst", "quality", "auditor", "admin"),
)


@pytest.fixture
async def lively(tmp_path: Path) -> AsyncIterator[Up]:
    up = Up(tmp_path / "data", "--sample")
    try:
        yield await up.ready()
    finally:
        await up.end()


@pytest.mark.parametrize("seed", [SEED])
async def test_whatever_people_do_the_product_holds_what_it_promises(
    lively: Up, seed: int, record_property: Callable[[str, object], None]
) -> None:
    settings, chance = settings_of({}, lively.data), random.Random(seed)
    async with AsyncExitStack() as stack:
        speakers = await everybody(stack, lively.url)
        here = await stack.enter_async_context(ground(settings, "service"))
        store = await stack.enter_async_context(opened_log(here))
        door = Sworn(chance, speakers, await stored_files(speakers["specialist"]))
        machine = Machine(chance, door, Aggregates(store), levels(), id_of_number(OWNER))
        for _ in range(STEPS):
            await machine.take()
    await assert_read_models_are_as_refolded(lively.data, besides=SAMPLE)
    entries = await the_log(settings.access("service"))
    door.is_kept(entries)
    happened = Counter(str(entry.meta["type"]) for entry in entries)
    assert sorted(EVENTS.keys() - happened.keys()) == []
    assert sorted(set(CaseState) - machine.states.keys()) == []
    accepted, refused = len(door.told), door.codes.total()
    assert accepted + refused == STEPS
    assert accepted >= STEPS / 2
    codes = ", ".join(f"{code} {number}" for code, number in door.codes.most_common())
    record_property(
        "told",
        f"seed {seed}: {STEPS} random commands, {accepted} accepted, {refused} refused ({codes}); "
        f"{len(entries)} events of {len(happened)} types in the log, all {len(CaseState)} states",
    )


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
