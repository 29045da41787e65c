"""The probes of a running product: what is away is named in time, and forgotten when it is back."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from shared.runtime.processes import dying_with_us
from shared.runtime.settings import Settings
from tests.e2e.running import PROGRAM, ROOT, Up, environment, moldcare
from tests.waiting import until


@pytest.fixture(scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    one = Up(tmp_path_factory.mktemp("probes") / "data", MOLDCARE_METRICS_PORT="0")
    try:
        yield await one.ready()
    finally:
        await one.end()


@pytest.fixture
async def port(up: Up) -> AsyncIterator[httpx2.AsyncClient]:
    """The port for machines; an answer that takes longer than five seconds fails."""
    base = next(word for word in up.printed.read_text().split() if word.endswith("/metrics")).removesuffix("/metrics")
    async with httpx2.AsyncClient(base_url=base, timeout=5) as client:
        yield client


async def codes(port: httpx2.AsyncClient) -> set[str]:
    """What keeps it from being ready."""
    return {one["code"] for one in (await port.get("/health/ready")).json()["reasons"]}


async def is_ready(port: httpx2.AsyncClient) -> bool:
    return (await port.get("/health/ready")).status_code == 200


@pytest.mark.parametrize(("server", "code"), [("postgres", "postgres_away"), ("nats-server", "nats_away")])
async def test_a_server_that_hangs_is_named_in_time_and_forgotten_when_it_answers(
    up: Up, port: httpx2.AsyncClient, server: str, code: str
) -> None:
    await until(lambda: is_ready(port))
    hanging = [one for one in up.family() if one.name() == server]
    assert hanging
    for one in hanging:
        one.suspend()
    try:
        await until(lambda: _has(port, code))
        assert (await port.get("/health/live")).json()["live"] is True
        assert "moldcare_servers_answered 0.0" in (await port.get("/metrics")).text
    finally:
        for one in hanging:
            one.resume()
    await until(lambda: is_ready(port), seconds=40)

    async def is_told() -> bool:
        return "moldcare_servers_answered 1.0" in (await port.get("/metrics")).text

    await until(is_told)


async def _has(port: httpx2.AsyncClient, code: str) -> bool:
    return code in await codes(port)


@pytest.mark.parametrize("server", ["postgres", "nats-server"])
async def test_a_server_that_is_killed_is_named_until_it_is_back(up: Up, port: httpx2.AsyncClient, server: str) -> None:
    found = set[str]()
    # A server is back within a moment when it died once; each further death is followed by a longer pause.
    for _ in range(4):
        await until(lambda: is_ready(port), seconds=40)
        if found:
            break
        await _killed(up, server)
        found = await _named_before_it_is_back(port)
    assert found


async def _killed(up: Up, server: str) -> None:
    one = up.child(server)
    assert one is not None
    one.kill()


async def _named_before_it_is_back(port: httpx2.AsyncClient) -> set[str]:
    found, looks = set[str](), set[asyncio.Task[None]]()

    async def look() -> None:
        found.update(await codes(port) & {"server_away", "postgres_away", "nats_away"})

    # A look may wait until the server is back, so the next does not wait for it.
    for _ in range(50):
        looks.add(asyncio.create_task(look()))
        await asyncio.sleep(0.02)
    await asyncio.gather(*looks)
    return found


async def test_keys_that_are_taken_away_are_named_before_the_next_start(up: Up, port: httpx2.AsyncClient) -> None:
    await until(lambda: is_ready(port))
    key = up.data / "keys" / "master.key"
    key.rename(key.with_suffix(".away"))
    try:
        assert await codes(port) == {"keys_missing"}
    finally:
        key.with_suffix(".away").rename(key)
    assert await is_ready(port)


async def test_a_service_without_a_console_has_probes_and_figures_of_its_own(
    deployment: Settings, tmp_path: Path
) -> None:
    told = tmp_path / "out"
    with told.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *dying_with_us([*PROGRAM, "serve", "followup"], "INT"),
            stdout=out,
            stderr=out,
            env=environment(deployment.data, MOLDCARE_METRICS_PORT="0", **deployment.environment),
            cwd=ROOT,
        )
    try:

        async def address() -> str:
            assert process.returncode is None, told.read_text()
            said = told.read_text()
            return next(word for word in said.split() if word.endswith("/metrics")) if "ready" in said else ""

        url = await until(address, seconds=60)
        async with httpx2.AsyncClient(timeout=5) as client:

            async def ready() -> bool:
                return (await client.get(url.replace("/metrics", "/health/ready"))).status_code == 200

            await until(ready)
            page = (await client.get(url)).text
        assert 'moldcare_projection_lag_events{projection="overdue_responses"} 0.0' in page
        assert 'projection="open_cases"' not in page
    finally:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def test_a_taken_port_that_was_chosen_ends_the_start_with_a_sentence(
    up: Up, port: httpx2.AsyncClient, tmp_path: Path
) -> None:
    taken = str(port.base_url).rstrip("/").rpartition(":")[2]
    ran = await _refused(tmp_path / "data", MOLDCARE_METRICS_PORT=taken)
    assert f"the port {taken} for metrics is taken: set another MOLDCARE_METRICS_PORT" in ran
    assert sum(line.startswith("moldcare:") for line in ran.splitlines()) == 1


async def _refused(data: Path, **more: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *("up", "--data", str(data), "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(data, **more),
        cwd=ROOT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 1
    return said.decode()


async def test_the_status_shows_what_the_figures_say(up: Up, port: httpx2.AsyncClient) -> None:
    status: dict[str, Any] = (await moldcare(up.data, "status", "--json")).told
    page = (await port.get("/metrics")).text
    assert f"moldcare_log_last_sequence {float(status['last_sequence'])}" in page
    for one in status["reactors"]:
        assert f'moldcare_reactor_lag_events{{reactor="{one["name"]}"}}' in page
    assert {"channel": "EMAIL", "status": "waiting", "messages": 0} in status["channels"]
    assert 'moldcare_channel_messages{channel="EMAIL",status="waiting"} 0.0' in page
