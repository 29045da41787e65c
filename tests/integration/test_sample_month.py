"""Filling a store with the sample month: by ordinary commands, in order of time, once, and after a kill to the end."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from services.command_line import seeding
from services.command_line.compose import answering, timer_of
from services.command_line.ground import ground, opened_log
from services.command_line.sample_month.cases import SPAN
from services.command_line.sample_month.month import Filled, Month, fill
from services.command_line.sample_month.working_time import HERE
from services.command_line.stages import STAGES
from shared.events.catalogue import BY_KIND, EVENTS
from shared.events.envelope import Recorded
from shared.reactors.timer import TICK
from shared.runtime.clock import SimulatedClock
from shared.runtime.settings import Servers, Settings
from shared.store.cache import Aggregates
from tests.conftest import deployed

TODAY = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
END = datetime(2026, 11, 25, tzinfo=HERE)
CASES = 60


async def filled(
    where: Settings, cases: int = CASES, *, stop_after: int | None = None, today: datetime = TODAY
) -> Filled | None:
    """Fill; stop in the middle if told so."""
    stop = asyncio.Event()

    def told(done: int, of: int) -> None:
        if done == stop_after:
            stop.set()

    return await fill(where, Month(STAGES, cases, SimulatedClock(today), told), stop)


async def log_of(where: Settings) -> list[Recorded]:
    async with ground(where, "service") as here, opened_log(here) as store:
        return [recorded async for batch in store.read(0) for recorded in batch]


async def opened(where: Settings, log: Sequence[Recorded]) -> list[Any]:
    """Every event in clear, without what must differ: the hash of a predecessor that holds other nonces."""
    async with ground(where, "service") as here:
        return [
            (
                one.subject,
                msgspec.structs.replace(one.meta, prev="", late_reason=None),
                await here.people.open_raw(EVENTS[one.meta.type], one.raw),
            )
            for one in log
        ]


async def states(where: Settings) -> Counter[str]:
    async with ground(where, "service") as here, opened_log(here) as store:
        aggregates = Aggregates(store)
        cases = {one.subject for batch in [await log_of(where)] for one in batch if one.kind == "case"}
        return Counter([str((await aggregates.get(subject)).state.state) for subject in cases])


async def test_an_empty_store_is_filled_with_cases_as_they_would_have_come_about(deployment: Settings) -> None:
    done = await filled(deployment)
    assert done is not None
    assert done.refused == ()
    assert done.is_complete
    log = await log_of(deployment)
    assert len(log) == done.events
    found = await states(deployment)
    assert sum(found.values()) == CASES
    assert found["CLOSED"] > 15
    assert found["ARCHIVED"] > 10
    assert len(found) > 8
    assert {one.meta.origin for one in log if one.kind != "policy" and one.aggregate_id != "admin"} == {"sample"}
    instants = [one.meta.recorded_at for one in log]
    assert instants == sorted(instants)
    assert instants[0] == END - SPAN
    assert instants[-1] < END
    assert all(one.meta.occurred_at <= one.meta.recorded_at for one in log)


async def test_everything_that_can_happen_to_a_case_happens_in_a_month(deployment: Settings) -> None:
    done = await filled(deployment, 120)
    assert done is not None
    assert done.refused == ()
    happened = {one.meta.type for one in await log_of(deployment) if one.kind == "case"}
    assert {event.__name__ for event in BY_KIND["case"]} - happened == set()


async def test_what_time_brings_about_is_recorded_by_our_machinery_at_its_time(deployment: Settings) -> None:
    await filled(deployment)
    log = await log_of(deployment)
    types = Counter(one.meta.type for one in log)
    assert types["CallbackScheduled"] > types["CallbackDone"] > 20
    assert types["CaseClosed"] > 15
    breaches = [one for one in log if one.meta.type == "SlaBreached"]
    registered = {one.subject: one.meta.recorded_at for one in log if one.meta.type == "FeedbackReceived"}
    assert {msgspec.json.decode(one.raw)["clock"] for one in breaches} >= {"FIRST_RESPONSE", "RESOLUTION"}
    for one in breaches:
        due_at = datetime.fromisoformat(msgspec.json.decode(one.raw)["due_at"])
        assert timedelta(0) <= one.meta.recorded_at - max(due_at, registered[one.subject]) <= timedelta(seconds=10)
        assert one.meta.actor == "system"


async def test_a_second_filling_adds_nothing(deployment: Settings) -> None:
    await filled(deployment, 10)
    before = len(await log_of(deployment))
    assert await filled(deployment, 10) is None
    assert len(await log_of(deployment)) == before


async def test_a_store_that_is_not_empty_is_left_alone(deployment: Settings) -> None:
    async with (
        ground(deployment, "service") as here,
        opened_log(here) as store,
        answering(here, store, Aggregates(store), STAGES),
    ):
        await seeding.plant(here, store, seeding.rules())
    assert await filled(deployment) is None
    assert len(await log_of(deployment)) == 4


async def test_a_filling_that_was_stopped_twice_ends_days_later_as_one_that_was_not(
    servers: Servers, tmp_path: Path
) -> None:
    async with deployed(servers, tmp_path / "one") as where:
        for stop_after in (90, 300):
            done = await filled(where, 24, stop_after=stop_after)
            assert done is not None
            assert not done.is_complete
        done = await filled(where, 24, today=TODAY + timedelta(days=3))
        assert done is not None
        assert done.is_complete
        resumed = await opened(where, await log_of(where))
        shutil.copytree(where.keys, tmp_path / "two" / "keys")
    async with deployed(servers, tmp_path / "two") as where:
        await filled(where, 24)
        at_once = await opened(where, await log_of(where))
    assert resumed == at_once


async def test_the_live_product_goes_on_behind_the_month(deployment: Settings) -> None:
    await filled(deployment, 40)
    before = await log_of(deployment)
    later = SimulatedClock(END + timedelta(days=12))
    async with ground(deployment, "service", later) as here, opened_log(here) as store:
        aggregates = Aggregates(store)
        async with answering(here, store, aggregates, STAGES):
            followup = next(stage for stage in STAGES if stage.name == "followup")
            timer = timer_of(here, store, aggregates, followup, TICK)
            assert await timer.tick()
            await timer._leader.resign()
    added = (await log_of(deployment))[len(before) :]
    assert {one.meta.type for one in added} == {"SlaBreached", "Escalated"}
    assert {one.meta.recorded_at for one in added} == {later.now()}
    assert len({one.meta.command_id for one in (*before, *added)}) == len(before) + len(added)
