"""`moldcare up`: one command starts everything, Ctrl-C ends everything, a kill loses nothing."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.e2e.running import PASSWORD, Up, all_gone, moldcare
from tests.e2e.speaking import new_key, signed_in
from tests.support.now import report_now
from tests.waiting import until

MEGABYTE = 1024 * 1024


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[list[Up]]:
    """Those that a test started; all are ended behind it."""
    ups: list[Up] = []
    yield ups
    for one in ups:
        await one.end()


async def up(started: list[Up], data: Path, *arguments: str, cases: int = 0) -> Up:
    started.append(Up(data, *arguments, cases=cases))
    return await started[-1].ready()


async def events(data: Path) -> list[Any]:
    return [json.loads(line) for line in (await moldcare(data, "events")).splitlines()]


async def test_a_first_start_has_rules_and_one_user_with_a_printed_password(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data")
    assert "用户 / users         admin\n" in one.printed.read_text()
    types = [event["meta"]["type"] for event in await events(one.data)]
    assert types == ["UserAdded", "CalendarPublished", "SlaPolicyPublished", "VocabularyPublished"]
    assert len((await events(one.data))[3]["data"]["content"]["codes"]) == 83


async def test_the_password_of_the_first_user_is_printed_once_only(started: list[Up], tmp_path: Path) -> None:
    first = await up(started, tmp_path / "data")
    assert "/ password  " in first.printed.read_text()
    assert await first.interrupt() == 0
    again = await up(started, tmp_path / "data")
    assert "/ password  " not in again.printed.read_text()
    assert len(await events(again.data)) == 4


async def test_the_sample_prints_its_sign_ins_and_marks_its_events(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data", "--sample")
    said = one.printed.read_text()
    for user in ("specialist", "supervisor", "deputy", "engineer", "production", "technician", "sales", "customer"):
        assert user in said
    assert PASSWORD in said
    origins = {event["subject"].split(".")[1]: event["meta"].get("origin", "live") for event in await events(one.data)}
    assert origins == {"policy": "live", "staff": "sample", "customer": "sample", "mould": "sample"}


async def test_an_empty_store_is_filled_with_a_sample_month_once(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data", "--sample", cases=120)
    assert "120 个服务单" in one.printed.read_text()
    before = await events(one.data)
    assert {event["meta"]["origin"] for event in before if ".case." in event["subject"]} == {"sample"}
    found = (await moldcare(one.data, "doctor", "--json")).told
    assert next(check for check in found if check["check"].startswith("示例"))["is_sound"]
    assert await one.interrupt() == 0
    again = await up(started, tmp_path / "data", "--sample", cases=120)
    assert "个服务单" not in again.printed.read_text()
    assert (await events(again.data))[: len(before)] == before


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
async def test_a_filling_that_was_ended_goes_on_at_the_next_start(
    started: list[Up], tmp_path: Path, sign: signal.Signals
) -> None:
    one = Up(tmp_path / "data", "--sample", cases=120)
    started.append(one)

    async def is_filling() -> bool:
        return "filling" in one.printed.read_text()

    await until(is_filling)
    family = one.family()
    os.kill(one.process.pid, sign)
    assert one.process.wait(40) == (0 if sign is signal.SIGINT else -sign)
    await all_gone(family)
    again = await up(started, tmp_path / "data", "--sample", cases=120)
    assert "120 个服务单" in again.printed.read_text()
    ids = [event["meta"]["command_id"] for event in await events(again.data)]
    assert len(ids) == len(set(ids)) > 2000


@pytest.mark.parametrize("times", [1, 3])
async def test_ctrl_c_ends_everything_and_leaves_nothing_running(started: list[Up], tmp_path: Path, times: int) -> None:
    one = await up(started, tmp_path / "data")
    family = one.family()
    assert len(family) > 3
    assert await one.interrupt(times) == 0
    await all_gone(family)
    assert (await moldcare(one.data, "status")).code == 1


async def test_ctrl_c_while_it_starts_ends_it_as_well(started: list[Up], tmp_path: Path) -> None:
    one = Up(tmp_path / "data")
    started.append(one)
    assert one.process.poll() is None

    async def has_begun() -> bool:
        return (one.data / "lock").exists()

    await until(has_begun)
    family = one.family()
    await one.interrupt()
    await all_gone(family)


async def test_after_kill_9_the_next_start_has_everything_still_there(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data", "--sample")
    sent = await moldcare(one.data, "send", "RegisterFeedback", "--data", "-", "--as", "specialist", given=report_now())
    assert sent.code == 0
    before = await events(one.data)
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait()
    again = await up(started, tmp_path / "data", "--sample")
    assert await events(again.data) == before
    listed = (await moldcare(again.data, "case", "list", "--json")).told
    assert len(listed["items"]) == 1


@pytest.mark.parametrize("server", ["nats-server", "postgres"])
async def test_a_server_that_is_killed_comes_back_with_all_that_was_acknowledged(
    started: list[Up], tmp_path: Path, server: str
) -> None:
    one = await up(started, tmp_path / "data", "--sample")
    async with signed_in(one.url, "specialist") as speaker:
        before = [await speaker.register() for _ in range(3)]
        killed = one.child(server)
        assert killed is not None
        killed.kill()
        key, said = new_key(), report_now()

        async def acknowledged() -> dict[str, Any]:
            answer = await speaker.send("/cases", said, Idempotency_Key=key)
            assert answer.status_code in (200, 201, 503), answer.text
            told: dict[str, Any] = answer.json()
            return told if answer.status_code < 300 else {}

        again = await until(acknowledged, seconds=60, step=0.1)

        async def listed() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = (await speaker.get("/cases", view="all")).json().get("items", [])
            return found if len(found) > 3 else []

        cases = await until(listed)
        assert {case["case_id"] for case in cases} == {told["id"] for told in (*before, again)}
        assert (await speaker.client.get("/health/ready")).json() == {"ready": True, "reasons": []}
    assert one.child(server) not in (None, killed)
    found = {finding["check"]: finding["is_sound"] for finding in (await moldcare(one.data, "doctor", "--json")).told}
    assert found["日志链 chain"]
    assert await one.interrupt() == 0


async def test_a_server_that_keeps_dying_ends_it_with_a_sentence(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data")
    family, reasons = one.family(), set[str]()
    async with httpx2.AsyncClient(base_url=one.url, timeout=5) as client, asyncio.TaskGroup() as asked:

        async def ask() -> None:
            with contextlib.suppress(httpx2.HTTPError):
                told = (await client.get("/health/ready")).json()["reasons"]
                reasons.update(one["zh"] + one["en"] for one in told if one["code"] == "server_away")

        while one.process.poll() is None:
            if (server := one.child("nats-server")) is not None:
                server.kill()
            # Asked again and again without waiting: an answer takes longer than most absences.
            await asyncio.sleep(0.05)
            asked.create_task(ask())
    assert await asyncio.to_thread(one.process.wait, 40) == 1
    assert any("NATS 意外停止" in reason and "has died and is being started again" in reason for reason in reasons)
    last = one.printed.read_text().splitlines()[-1]
    assert last.startswith("moldcare: NATS 在 60 秒内停止了 6 次，不再重新启动")
    assert "NATS has died 6 times within 60 seconds and is not started again" in last
    await all_gone(family)


async def test_a_second_start_on_a_living_folder_says_who_holds_it(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data")
    second = await moldcare(one.data, "up", "--data", str(one.data), "--port", "0")
    assert second.code == 1
    assert str(one.process.pid) in second.complaint
    assert len(second.complaint.splitlines()) == 1


async def test_everything_together_is_small(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data", "--sample", cases=120)
    used = sum(process.memory_full_info().pss for process in one.family() if psutil.pid_exists(process.pid))
    print(f"whole process tree {used / MEGABYTE:.0f} MB")
    assert used < 320 * MEGABYTE


async def test_no_log_line_names_a_customers_person(started: list[Up], tmp_path: Path) -> None:
    one = await up(started, tmp_path / "data", "--sample", cases=20)
    assert await one.interrupt() == 0
    for path in (one.data / "log").iterdir():
        assert "周敏" not in path.read_text(encoding="utf-8")
