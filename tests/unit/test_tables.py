"""Tables are aligned by the width of characters, fit the terminal, and cut nothing off."""

import io
import json

import pytest
from rich.cells import cell_len

from services.command_line.announcing import Voice
from services.command_line.output import tell_table
from services.command_line.status_line import FillingLine
from services.command_line.tables import folded_rows, wrapped

HEADINGS = ("服务单 case", "客户 customer", "说明 note")
ROWS = [
    ("z96q-rsy14", "宁波北仑恒泰塑业有限公司", "分型面飞边，客户要求当天到场 / flash at the parting line"),
    ("91p-x", "ACME", ""),
]


def lines(width: int | None) -> list[str]:
    return [line for row in folded_rows(HEADINGS, ROWS, width) for line in row]


def test_columns_are_aligned_where_characters_are_wide() -> None:
    heading, first, second = lines(None)
    places = ((heading, "客户"), (first, "宁波"), (second, "ACME"))
    assert {cell_len(line.partition(mark)[0]) for line, mark in places} == {13}


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80])
def test_a_table_fits_and_cuts_nothing_off(width: int) -> None:
    shown = lines(width)
    assert [line for line in shown if cell_len(line) > width] == []
    together = "".join("".join(line.split()) for line in shown)
    everything = sorted("".join("".join(cell.split()) for row in (HEADINGS, *ROWS) for cell in row))
    assert sorted(together) == everything
    assert any("z96q-rsy14" in line for line in shown)


def test_numbers_end_under_one_another() -> None:
    rows = folded_rows(("n", "x"), [("5", "a"), ("105", "b")], None, right=frozenset({0}))
    assert list(rows) == [["  n  x"], ["  5  a"], ["105  b"]]


def test_a_line_ends_after_a_space_or_a_chinese_character_but_not_before_a_comma() -> None:
    assert wrapped("飞边，缺料 and flash", 6) == ["飞边，", "缺料", "and", "flash"]
    assert wrapped("sha256:0123456789", 10) == ["sha256:012", "3456789"]


def test_where_nobody_looks_a_row_is_one_line_without_marks(capsys: pytest.CaptureFixture[str]) -> None:
    tell_table(HEADINGS, ROWS)
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 3
    assert "\x1b" not in "".join(shown)


def test_a_program_gets_one_document_and_people_their_lines_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    facts = [("url", "控制台 / console", "http://127.0.0.1:8000"), ("users", "用户 / users", ["admin", "sales"])]
    Voice(as_json=True).ready(facts)
    told = capsys.readouterr()
    assert json.loads(told.out) == {"url": "http://127.0.0.1:8000", "users": ["admin", "sales"]}
    Voice().ready(facts)
    assert capsys.readouterr().out == told.err
    assert told.err.splitlines()[1] == "用户 / users      admin, sales"


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self) -> bool:
        return True


def test_filling_tells_its_rate_and_the_time_that_is_left() -> None:
    out, times = Terminal(), iter([0.0, 4.0])
    line = FillingLine(out, lambda: next(times))
    line.show(100, 1000)
    line.show(300, 1000)
    first, second = out.getvalue().split("\r\x1b[K")[1:]
    assert first.endswith("10 %")
    assert second.endswith("30 %  50/s  剩余 / left 0:14")
