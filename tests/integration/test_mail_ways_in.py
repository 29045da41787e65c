"""E-mail from a folder and over SMTP on the real servers: safe before it is said to be, once however often it comes."""

import asyncio
import os
import signal
import smtplib
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import cast

import msgspec
import pytest
import uvloop

from services.command_line.compose import services
from services.command_line.ground import Ground, ground
from services.command_line.stages import STAGES
from services.intake.mail import smtp_port
from services.intake.mail.drop_folder import REFUSED, TAKEN, DropFolder, watched
from services.intake.mail.ledger import Ledger
from services.intake.mail.smtp_port import Limits, listening
from shared.runtime.settings import BadSetting, Settings, settings_of
from shared.store.port import StoreUnavailable
from shared.store.raw import STREAM, RawMessages
from tests.waiting import until

ROOT = Path(__file__).parents[2]
MESSAGE = (
    b"From: Wu <wu@plant.example>\r\nMessage-ID: <%d@plant.example>\r\nSubject: Mould\r\n\r\nThe slider is stuck.\r\n"
)


@pytest.fixture
async def here(deployment: Settings) -> AsyncIterator[Ground]:
    async with ground(deployment, "service") as here:
        yield here


def eager(folder: Path, here: Ground) -> DropFolder:
    """A folder whose files need not lie still."""
    drop = DropFolder(folder, here.raw, unchanged=0.0)
    drop.open()
    return drop


def inside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


async def stored(here: Ground) -> int:
    return (await here.client.jetstream().stream_info(STREAM)).state.messages


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def dying(deployment: Settings, way: str, where: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.dying_intake", way, where),
        env={**os.environ, **deployment.environment, "MOLDCARE_DATA": str(deployment.data)},
        cwd=ROOT,
        stdout=PIPE,
    )


async def test_a_dropped_message_is_stored_moved_and_settled_by_the_running_service(
    deployment: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "drop"
    settings = msgspec.structs.replace(deployment, mail_folder=folder)
    async with services(settings, STAGES) as running:
        (folder / "模具 来信.eml").write_bytes(MESSAGE % 1)

        async def is_settled() -> bool:
            return 1 in await Ledger(running.ground.pool).find([1])

        await until(is_settled)
        assert inside(folder) == []
        assert inside(folder / TAKEN) == ["1-模具 来信.eml"]


async def test_hidden_partial_empty_and_other_files_are_left_alone(here: Ground, tmp_path: Path) -> None:
    drop = eager(tmp_path, here)
    for name in (".hidden", "one.part", "two.TMP", "three~"):
        (tmp_path / name).write_bytes(MESSAGE % 1)
    (tmp_path / "empty.eml").touch()
    (tmp_path / "link.eml").symlink_to(tmp_path / ".hidden")
    await drop.look()
    assert await stored(here) == 0
    assert len(inside(tmp_path)) == 6
    (tmp_path / "one.part").rename(tmp_path / "one.eml")
    await drop.look()
    assert inside(tmp_path / TAKEN) == ["1-one.eml"]


async def test_a_file_is_taken_when_it_has_stopped_changing(here: Ground, tmp_path: Path) -> None:
    drop = DropFolder(tmp_path, here.raw, unchanged=0.2)
    drop.open()
    path = tmp_path / "growing.eml"
    whole = MESSAGE % 1
    path.write_bytes(whole[:50])
    await drop.look()
    with path.open("ab") as writing:
        writing.write(whole[50:])
    await drop.look()
    assert await stored(here) == 0

    async def is_taken() -> bool:
        await drop.look()
        return await stored(here) == 1

    await until(is_taken)
    assert await here.raw.content((await here.raw.read(1)).message) == whole


async def test_what_cannot_be_taken_is_put_aside_and_keeps_nothing_back(here: Ground, tmp_path: Path) -> None:
    drop = eager(tmp_path, here)
    with (tmp_path / "huge.eml").open("wb") as huge:
        huge.truncate(200_000_001)
    inode = (tmp_path / "huge.eml").stat().st_ino
    (tmp_path / "next.eml").write_bytes(MESSAGE % 1)
    await drop.look()
    assert inside(tmp_path / REFUSED) == [f"{inode}-huge.eml"]
    assert inside(tmp_path / TAKEN) == ["1-next.eml"]


async def test_two_that_watch_one_folder_do_no_harm(deployment: Settings, here: Ground, tmp_path: Path) -> None:
    async with ground(deployment, "service") as other:
        drops = [eager(tmp_path, one) for one in (here, other)]
        for number in range(1, 21):
            (tmp_path / f"{number}.eml").write_bytes(MESSAGE % number)
        await asyncio.gather(*(drop.look() for drop in drops))
        assert await stored(here) == 20
        assert len(inside(tmp_path / TAKEN)) == 20
        assert inside(tmp_path) == inside(tmp_path / REFUSED) == []


async def test_a_death_between_storing_and_moving_costs_a_second_delivery_and_no_second_message(
    deployment: Settings, here: Ground, tmp_path: Path
) -> None:
    drop = eager(tmp_path, here)
    (tmp_path / "one.eml").write_bytes(MESSAGE % 1)
    child = await dying(deployment, "folder", str(tmp_path))
    async with asyncio.timeout(30):
        assert await child.wait() == -signal.SIGKILL
    assert (inside(tmp_path), await stored(here)) == (["one.eml"], 1)
    await drop.look()
    assert (inside(tmp_path), inside(tmp_path / TAKEN), await stored(here)) == ([], ["1-one.eml"], 1)


async def test_a_folder_waits_for_servers_that_are_away_and_goes_on(
    deployment: Settings, here: Ground, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(MESSAGE % 1)
    async with ground(deployment, "service") as lost:
        await lost.client.close()
        with pytest.raises(StoreUnavailable):
            await eager(tmp_path, lost).look()
    assert inside(tmp_path) == ["one.eml"]
    async with watched(DropFolder(tmp_path, here.raw, unchanged=0.0)):

        async def is_taken() -> bool:
            return inside(tmp_path / TAKEN) == ["1-one.eml"]

        await until(is_taken)


def test_a_folder_that_cannot_be_used_is_told_at_the_start(here: Ground, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="MOLDCARE_MAIL_FOLDER"):
        DropFolder(tmp_path / "file", here.raw).open()
    with pytest.raises(BadSetting, match="MOLDCARE_SMTP_PORT"):
        settings_of({"MOLDCARE_SMTP_PORT": "mail"})
    assert settings_of({}).mail_folder is None
    assert settings_of({}).smtp_port == 0
    wrong = {"SESSIONS": "0", "SECONDS": "-1", "SIZE": "200000001"}
    for name, value in wrong.items():
        with pytest.raises(BadSetting, match=f"MOLDCARE_SMTP_{name}"):
            settings_of({f"MOLDCARE_SMTP_{name}": value})


def sent(port: int, content: bytes, *to: str) -> tuple[int, bytes]:
    """What is answered to a message."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo()
        client.mail("wu@plant.example")
        for one in to or ("service@mould.example",):
            client.rcpt(one)
        return client.data(content)


def announced(port: int) -> tuple[str, int]:
    """The largest size that is told, and the answer to a message that is announced to be larger."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo()
        return client.esmtp_features["size"], client.mail("wu@plant.example", ["SIZE=200000001"])[0]


def half_sent(port: int) -> smtplib.SMTP:
    """A client in the middle of a message."""
    client = smtplib.SMTP("127.0.0.1", port, timeout=30)
    client.ehlo()
    for line in (b"MAIL FROM:<wu@plant.example>", b"RCPT TO:<service@mould.example>", b"DATA"):
        client.send(line + b"\r\n")
        client.getreply()
    client.send(b"Subject: half")
    return client


async def test_a_message_over_smtp_is_in_intake_when_it_is_acknowledged_once_for_all_recipients(here: Ground) -> None:
    port, content = free_port(), MESSAGE % 1 + b".A line that begins with a dot\r\n" + b"x" * 5000 + b"\r\n"
    async with listening(port, here.raw):
        code, _ = await asyncio.to_thread(sent, port, content, "service@mould.example", "sales@mould.example")
        assert (code, await stored(here)) == (250, 1)
        assert await here.raw.content((await here.raw.read(1)).message) == content
        again, _ = await asyncio.to_thread(sent, port, content)
        assert (again, await stored(here)) == (250, 1)


async def test_the_port_is_served_by_the_running_service_on_this_machine_only(deployment: Settings) -> None:
    port = free_port()
    async with services(msgspec.structs.replace(deployment, smtp_port=port), STAGES) as running:
        assert (await asyncio.to_thread(sent, port, MESSAGE % 1))[0] == 250

        async def is_settled() -> bool:
            return 1 in await Ledger(running.ground.pool).find([1])

        await until(is_settled)
        with pytest.raises(BadSetting, match=str(port)):
            async with listening(port, running.ground.raw):
                pass
    with pytest.raises(ConnectionRefusedError):
        await asyncio.to_thread(sent, port, MESSAGE % 1)
    assert smtp_port.HOST == "127.0.0.1"


async def test_without_servers_the_sender_is_asked_to_try_again(deployment: Settings, here: Ground) -> None:
    port = free_port()
    async with ground(deployment, "service") as lost:
        await lost.client.close()
        async with listening(port, lost.raw):
            assert (await asyncio.to_thread(sent, port, MESSAGE % 1))[0] == 451
    assert await stored(here) == 0


async def test_a_message_that_is_too_large_is_refused(here: Ground) -> None:
    port = free_port()
    async with listening(port, here.raw):
        size, code = await asyncio.to_thread(announced, port)
        assert (size, code) == ("200000000", 552)
    async with listening(port, here.raw, Limits(size=1000)):
        assert (await asyncio.to_thread(sent, port, MESSAGE % 1 + b"words\r\n" * 200))[0] == 552
    assert await stored(here) == 0


async def test_who_calls_when_all_sessions_are_taken_is_told_to_try_again(here: Ground) -> None:
    port = free_port()
    async with listening(port, here.raw, Limits(sessions=2)):
        first = await asyncio.to_thread(smtplib.SMTP, "127.0.0.1", port, timeout=30)
        second = await asyncio.to_thread(smtplib.SMTP, "127.0.0.1", port, timeout=30)
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            await asyncio.to_thread(smtplib.SMTP, "127.0.0.1", port, timeout=30)
        assert refused.value.smtp_code == 421
        await asyncio.to_thread(first.quit)

        async def is_taken() -> bool:
            try:
                return (await asyncio.to_thread(sent, port, MESSAGE % 1))[0] == 250
            except smtplib.SMTPConnectError:
                return False

        await until(is_taken)
        second.close()


async def test_a_session_ends_when_its_time_is_up_whatever_it_says(here: Ground) -> None:
    port = free_port()
    async with listening(port, here.raw, Limits(seconds=0.3)):
        slow = await asyncio.to_thread(half_sent, port)
        assert slow.sock is not None
        assert (await asyncio.to_thread(slow.sock.recv, 100)).startswith(b"421 4.4.2")
        assert await asyncio.to_thread(slow.sock.recv, 100) == b""
        slow.close()
    assert await stored(here) == 0


async def limits_told(port: int) -> list[bytes]:
    """What two callers hear where one may talk, for a short time."""
    async with listening(port, cast(RawMessages, None), Limits(sessions=1, seconds=0.3)):
        first, talking = await asyncio.open_connection("127.0.0.1", port)
        greeting = await first.readline()
        second, waiting = await asyncio.open_connection("127.0.0.1", port)
        told = [greeting, await second.read(), await first.read()]
        talking.close()
        waiting.close()
        return told


async def test_the_limits_hold_on_the_loop_of_the_product() -> None:
    greeting, full, over = await asyncio.to_thread(uvloop.run, limits_told(free_port()))
    assert greeting.startswith(b"220 ")
    assert full.startswith(b"421 4.3.2")
    assert over.startswith(b"421 4.4.2")


async def test_a_death_before_the_acknowledgement_costs_a_second_sending_and_no_second_message(
    deployment: Settings, here: Ground
) -> None:
    port = free_port()
    child = await dying(deployment, "port", str(port))
    assert child.stdout is not None
    async with asyncio.timeout(30):
        assert await child.stdout.readline() == b"listening\n"
        with pytest.raises(smtplib.SMTPServerDisconnected):
            await asyncio.to_thread(sent, port, MESSAGE % 1)
        assert await child.wait() == -signal.SIGKILL
    assert await stored(here) == 1
    async with listening(port, here.raw):
        assert (await asyncio.to_thread(sent, port, MESSAGE % 1))[0] == 250
    assert await stored(here) == 1


async def test_a_stop_does_not_wait_for_those_who_are_silent(here: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_port, "FINISHING", 0.1)
    port = free_port()
    async with listening(port, here.raw):
        idle = await asyncio.to_thread(smtplib.SMTP, "127.0.0.1", port, timeout=30)
        half = await asyncio.to_thread(half_sent, port)
    for client in (idle, half):
        assert client.sock is not None
        assert await asyncio.to_thread(client.sock.recv, 10) == b""
        client.close()
    assert await stored(here) == 0
