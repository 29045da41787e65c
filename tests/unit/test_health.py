"""A probe answers in time whatever hangs, and says why not, in both languages and with a code."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.command_line.condition import LONG_LAG, Condition
from services.command_line.probes import keys_are_there, models_keep_up
from services.command_line.stages import STAGES
from shared.projections.progress import Progress
from shared.runtime.health import Bounded, Health, Reason, reason
from shared.store.port import StoreUnavailable
from shared.texts.catalogue import catalogue

MODEL = "overdue_responses"
FOLLOWUP = next(stage for stage in STAGES if stage.name == "followup")
STAGE = replace(FOLLOWUP, projections=tuple(one for one in FOLLOWUP.projections if one.name == MODEL))


def started() -> Health:
    health = Health()
    health.is_starting = False
    return health


def build(**changes: object) -> Progress:
    values = {
        **{"name": MODEL, "table": f"{MODEL}__v1", "version": 1, "status": "live", "position": 9, "lag": 0},
        **{"seconds": 0.0, "paused": None, "parked_events": 0, "parked_aggregates": 0},
        **changes,
    }
    return Progress(**values)  # type: ignore[arg-type]


async def models(*builds: Progress) -> list[tuple[str, str]]:
    async def ask() -> Condition:
        return Condition(9, list(builds), [], [], [])

    return [(one.code, one.en) for one in await models_keep_up(ask, [STAGE])()]


async def test_it_is_not_ready_while_it_starts() -> None:
    found = await Health().ready()
    assert (found.ready, [one.code for one in found.reasons]) == (False, ["starting"])
    assert (await started().ready()).ready


async def test_a_server_that_hangs_is_named_in_time_and_asked_again_only_when_it_has_answered() -> None:
    asked, answers = 0, asyncio.Event()

    async def hangs() -> Sequence[Reason]:
        nonlocal asked
        asked += 1
        await answers.wait()
        return []

    health = started()
    health._checks.append((Bounded(hangs, 0.01), "postgres_away"))
    for _ in range(3):
        found = await health.ready()
        assert [one.code for one in found.reasons] == ["postgres_away"]
    assert asked == 1
    answers.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (await health.ready()).ready
    assert asked == 2


async def test_a_question_that_fails_after_nobody_waits_disturbs_nobody() -> None:
    fails = asyncio.Event()

    async def late() -> int:
        await fails.wait()
        raise ConnectionError

    bounded = Bounded(late, 0.0)
    assert await bounded.answer() is None
    fails.set()
    await asyncio.sleep(0.01)
    with pytest.raises(ConnectionError):
        await Bounded(late).answer()


async def test_it_does_not_live_once_the_reader_of_the_log_has_ended() -> None:
    async def broken() -> None:
        raise ExceptionGroup("reader", [StoreUnavailable("张伟")])

    health, task = started(), asyncio.create_task(broken())
    health.lives_by(task)
    assert health.live().live
    await asyncio.wait([task])
    found = health.live()
    assert not found.live
    assert [(one.code, one.en) for one in found.reasons] == [
        ("reader_ended", "the reader of the log has ended (StoreUnavailable)")
    ]
    assert (await health.ready()).reasons == found.reasons


async def test_a_loop_that_was_held_up_says_how_long() -> None:
    health = started()
    measuring = asyncio.create_task(health.lag.keep())
    await asyncio.sleep(0)
    time_lost = asyncio.get_running_loop().time() + 0.4
    while asyncio.get_running_loop().time() < time_lost:
        pass
    await asyncio.sleep(0.01)
    assert 0.1 < health.live().loop_lag_seconds < 10
    measuring.cancel()


async def test_read_models_that_are_missing_paused_or_behind_are_named_each_with_its_reason() -> None:
    assert await models(build()) == []
    assert await models() == [("model_missing", f"the read model {MODEL} is not built yet")]
    assert await models(build(status="building")) == [("model_missing", f"the read model {MODEL} is not built yet")]
    assert await models(build(paused="X at 3")) == [("model_paused", f"the read model {MODEL} is paused: X at 3")]
    assert await models(build(lag=7, seconds=LONG_LAG)) == []
    assert await models(build(lag=7, seconds=LONG_LAG + 1)) == [
        ("model_behind", f"the read model {MODEL} is 7 events and 61 s behind")
    ]
    assert await models(build(), build(name="of another stage", paused="X")) == []


async def test_keys_that_are_gone_are_named_unless_the_environment_holds_them(tmp_path: Path) -> None:
    for name in ("master.key", "actor.key"):
        (tmp_path / name).touch()
    (found,) = await keys_are_there(tmp_path, {})()
    assert (found.code, found.en) == ("keys_missing", "files of keys are missing: pepper.key")
    assert await keys_are_there(tmp_path, {"MOLDCARE_PEPPER": "x"})() == []


@pytest.mark.parametrize("guide", ["observing.md", "observing.zh-CN.md"])
def test_the_guide_explains_every_code(guide: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "guide" / guide).read_text(encoding="utf-8")
    table = page.rpartition("|---|---|\n")[2].partition("\n\n")[0]
    told = {code for line in table.splitlines() for code in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert told == {*catalogue("health"), "server_away"}


@pytest.mark.parametrize("code", sorted(catalogue("health")))
def test_every_reason_is_said_in_chinese_and_english(code: str) -> None:
    values = dict.fromkeys(("name", "names", "reason", "lag", "seconds", "error", "port"), "42")
    said = reason(code, **values)
    assert re.search(r"[\u4e00-\u9fff]", said.zh)
    assert not re.search(r"[\u4e00-\u9fff]", said.en)
    assert "{" not in said.zh + said.en
