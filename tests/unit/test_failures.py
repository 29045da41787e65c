"""What goes wrong is one sentence in both languages; what nobody foresaw is named as such."""

import asyncio
import errno

import click
import psycopg
import pytest
from psycopg_pool import PoolTimeout

from services.command_line.asking import while_it_is_there
from services.command_line.failures import ended_by, told
from services.intake.mail.intake import Later
from shared.runtime.settings import NotRunning
from shared.store.port import StoreUnavailable


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotRunning("没有在运行 / nothing runs"), "没有在运行 / nothing runs"),
        (LookupError("没有 / there is none"), "没有 / there is none"),
        (StoreUnavailable("x"), "服务器无法连接 / the servers cannot be reached (StoreUnavailable)"),
        (psycopg.OperationalError("x"), "服务器无法连接 / the servers cannot be reached (OperationalError)"),
        (ConnectionRefusedError(111, "x"), "服务器无法连接 / the servers cannot be reached (ConnectionRefusedError)"),
        (TimeoutError(), "服务器无法连接 / the servers cannot be reached (TimeoutError)"),
        (
            psycopg.errors.UndefinedTable("x"),
            "服务器尚未准备好，请执行 moldcare provision / the servers are not provisioned: run it (UndefinedTable)",
        ),
        (FileNotFoundError(errno.ENOENT, "x", "a.eml"), "没有这个文件 / there is no such file: a.eml"),
        (PermissionError(errno.EACCES, "x", "keys"), "没有权限 / no permission: keys"),
        (IsADirectoryError(errno.EISDIR, "a folder", "b"), "不能读写 / cannot be read or written: b: a folder"),
        (OSError(errno.ENOSPC, "disk full"), "不能读写 / cannot be read or written: -: disk full"),
        (KeyboardInterrupt(), "已中断 / interrupted"),
        (ExceptionGroup("x", [ExceptionGroup("y", [LookupError("里面 / inside")])]), "里面 / inside"),
        (KeyError("state"), "内部错误 / internal error: KeyError: 'state'"),
        (RuntimeError("two\nlines"), "内部错误 / internal error: RuntimeError: two lines"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_a_failure_is_told_in_one_sentence(error: BaseException, sentence: str) -> None:
    assert told(error) == sentence


@pytest.mark.parametrize(
    ("error", "code"),
    [(click.UsageError("x"), 2), (KeyboardInterrupt(), 130), (click.Abort(), 130), (RuntimeError("x"), 1)],
)
def test_the_exit_code_says_who_is_to_act(error: BaseException, code: int) -> None:
    assert ended_by(error, as_json=False) == code


class Server:
    """Comes and goes."""

    is_connected = True


async def test_a_command_that_waits_gives_up_when_its_server_stays_away() -> None:
    async def wait(server: Server) -> None:
        async with while_it_is_there(server, patience=0.02):
            server.is_connected = False
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await wait(Server())


async def test_a_server_that_comes_back_is_waited_for() -> None:
    server = Server()
    server.is_connected = False
    async with while_it_is_there(server, patience=0.2):
        await asyncio.sleep(0.1)
        server.is_connected = True
        await asyncio.sleep(0.2)


def test_a_connection_that_broke_is_no_reader_that_left(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert ended_by(BrokenPipeError(errno.EPIPE, "x"), as_json=False) == 1
    assert "服务器无法连接" in capfd.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.AdminShutdown("terminating connection due to unexpected postmaster exit"),
        psycopg.errors.CannotConnectNow("the database system is starting up"),
        PoolTimeout("no connection"),
        Later("terminating connection due to unexpected postmaster exit"),
        ConnectionError("no NATS server takes us"),
        ExceptionGroup("several", [psycopg.OperationalError("the connection is closed")]),
    ],
)
def test_a_server_that_is_away_is_told_in_our_words(error: Exception) -> None:
    assert told(error).startswith("服务器无法连接 / the servers cannot be reached (")
    assert "terminating" not in told(error)
