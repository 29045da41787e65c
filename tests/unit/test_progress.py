"""How far long work is told to be: pieces, rate and time left, also of work that went on from an earlier run."""

import io

import pytest

from services.command_line.progress import Pace, line, told_progress


def test_what_an_earlier_run_did_counts_as_done_but_not_for_the_rate() -> None:
    pace = Pace(total=1_000, began=0.0)
    pace.at(400, 100.0)
    pace.at(600, 110.0)
    assert (pace.rate, pace.left) == (20.0, 20.0)
    assert line("重建", pace) == "重建  600/1000  60 %  20/s  剩余 left 0:20"


def test_nobody_knows_the_time_left_before_anything_was_done() -> None:
    pace = Pace(total=1_000, began=0.0)
    pace.at(0, 3.0)
    assert (pace.rate, pace.left) == (0.0, None)
    assert line("重建", pace) == "重建  0/1000  0 %  0/s  剩余 left ?"


def test_where_nobody_looks_a_line_is_written_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    out, moments = io.StringIO(), iter((0.0, 0.0, 1.0, 2.0, 7.0, 8.0, 13.0))
    monkeypatch.setattr("services.command_line.progress.time.monotonic", lambda: next(moments))
    with told_progress("import", 100, out) as told:
        for done in (10, 20, 30, 40, 100):
            told(done)
    assert [told.split()[1] for told in out.getvalue().splitlines()] == ["30/100", "100/100"]


def test_at_a_terminal_there_is_a_bar() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    with told_progress("import", 10, out) as told:
        told(10)
    assert "10/10" in out.getvalue()
