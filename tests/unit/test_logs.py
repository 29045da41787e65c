"""Log lines tell where something broke, and nothing of what a person said."""

import asyncio
import logging
import sys

import pytest
import structlog

from services.command_line.logs import OTHERS, where_it_broke


def test_an_exception_is_logged_by_kind_and_place_without_its_words() -> None:
    try:
        try:
            int("张伟")
        except ValueError as error:
            raise ExceptionGroup("张伟", [KeyError("张伟")]) from error
    except ExceptionGroup as error:
        for given in (error, True, sys.exc_info()):
            told = where_it_broke(None, "error", {"event": "broken", "exc_info": given})
            assert "张伟" not in str(told)
            assert "test_logs.py" in told["exception"]
            assert {"ValueError", "ExceptionGroup", "KeyError"} <= set(told["exception"].splitlines())


def test_a_line_without_an_exception_stays_as_it_is() -> None:
    assert where_it_broke(None, "info", {"event": "fine", "exc_info": None}) == {"event": "fine"}


def test_what_asyncio_says_of_a_forgotten_task_names_no_words(caplog: pytest.LogCaptureFixture) -> None:
    async def forget() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": ValueError("张伟"), "task": "张伟"}
        )

    with caplog.at_level(logging.ERROR, "asyncio"):
        asyncio.run(forget())
    (record,) = caplog.records
    assert "张伟" in record.getMessage()
    line = structlog.stdlib.ProcessorFormatter(processors=OTHERS).format(record)
    assert "张伟" not in line
    assert "Task exception was never retrieved" in line
