"""Log lines tell where something broke, and nothing of what a person said."""

import sys

from services.command_line.logs import where_it_broke


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
