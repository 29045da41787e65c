"""Log lines tell where something broke, and nothing of what a person said."""

import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from services.command_line.logs import OTHERS, LogFile, where_it_broke


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


def test_a_line_says_what_the_loops_bound_and_leaves_out_what_is_not_known(tmp_path: Path) -> None:
    said = [sys.executable, "-c", SAYING, str(tmp_path)]
    subprocess.run(said, check=True)
    first, second = (json.loads(line) for line in (tmp_path / "probe.log").read_text().splitlines())
    expected = {"event": "answered", "case_id": "z96q-rsy14", "trace_id": "4bf9", "status": 201, "level": "info"}
    assert {name: one for name, one in first.items() if name != "timestamp"} == expected
    assert (second["event"], second["case_id"], second["level"]) == ("a library speaks", "z96q-rsy14", "warning")


SAYING = """
import logging, pathlib, structlog, sys
from services.command_line.logs import log_to
log_to(pathlib.Path(sys.argv[1]), "probe")
with structlog.contextvars.bound_contextvars(case_id="z96q-rsy14", trace_id="4bf9"):
    structlog.get_logger("x").info("answered", status=201, code=None)
    logging.getLogger("library").warning("a library speaks")
"""


def test_a_log_that_has_grown_is_put_aside_while_it_is_written(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "probe.log", largest=20)
    for number in range(5):
        file.write(f"line number {number}\n")
    file.close()
    kept = (tmp_path / "probe.log").read_text(), (tmp_path / "probe.log.1").read_text()
    assert kept == ("line number 4\n", "line number 2\nline number 3\n")


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
