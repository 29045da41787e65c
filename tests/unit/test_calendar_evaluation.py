"""`moldcare calendar evaluate`: a line in, a line out, and every fault of a query named beside its id."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from services.administration.stage import STAGE
from services.command_line.commands.calendar import command

assert STAGE.seed is not None
SEED = str(STAGE.seed / "calendar.json")
START = "2026-09-30T16:30:00+08:00"


def evaluated(*lines: str, calendar: str = SEED) -> tuple[int, list[Any]]:
    """The exit code and the answers."""
    ran = CliRunner().invoke(command, ["evaluate", "--calendar", calendar], "\n".join(lines), standalone_mode=False)
    assert ran.exception is None, ran.exception
    return ran.return_value, [msgspec.json.decode(line) for line in ran.stdout_bytes.splitlines()]


@pytest.mark.parametrize(
    ("query", "result"),
    [
        ({"op": "due", "start": START, "work_seconds": 14_400}, "2026-10-08T03:30:00Z"),
        ({"op": "due", "start": "2026-10-09T07:30:00Z", "work_seconds": 28_800}, "2026-10-10T07:30:00Z"),
        ({"op": "due", "start": START, "work_seconds": 3600}, "2026-09-30T09:30:00Z"),
        ({"op": "due", "start": "2026-10-03T00:00:00+08:00", "work_seconds": 0}, "2026-10-08T00:30:00Z"),
        (
            {
                "op": "due",
                "start": START,
                "work_seconds": 14_400,
                "pauses": [["2026-09-30T17:00:00+08:00", "2026-10-08T09:00:00+08:00"]],
            },
            "2026-10-08T05:30:00Z",
        ),
        ({"op": "due_backward", "start": "2026-10-08T11:30:00+08:00", "work_seconds": 14_400}, "2026-09-30T08:30:00Z"),
        ({"op": "elapsed_seconds", "start": START, "end": "2026-10-08T11:30:00+08:00"}, 14_400),
        ({"op": "elapsed_seconds", "start": START, "end": START}, 0),
        ({"op": "next_open", "start": "2026-10-03T00:00:00+08:00"}, "2026-10-08T00:30:00Z"),
        ({"op": "is_open", "start": START}, True),
        ({"op": "is_open", "start": "2026-09-30T17:30:00+08:00"}, False),
        ({"op": "is_open", "start": START, "end": None, "pauses": []}, True),
    ],
)
def test_each_operation_answers_in_utc_under_the_id_of_its_query(query: dict[str, Any], result: object) -> None:
    for id in ("a", 7, None, [1]):
        assert evaluated(msgspec.json.encode({"id": id, **query}).decode()) == (0, [{"id": id, "result": result}])


@pytest.mark.parametrize(
    ("line", "id", "fields"),
    [
        ("{", None, [""]),
        ("[1]", None, [""]),
        ('{"id": 1}', 1, ["op", "start"]),
        ('{"id": 1, "op": "then", "start": "2026-10-01", "more": 1}', 1, ["op", "start", "more"]),
        (f'{{"id": 1, "op": "due", "start": "{START}"}}', 1, ["work_seconds"]),
        (f'{{"id": 1, "op": "due", "start": "{START}", "work_seconds": -1}}', 1, ["work_seconds"]),
        (f'{{"id": 1, "op": "due", "start": "{START}", "work_seconds": 1.5}}', 1, ["work_seconds"]),
        (f'{{"id": 1, "op": "due", "start": "{START}", "work_seconds": 999999999999}}', 1, ["start"]),
        (f'{{"id": 1, "op": "elapsed_seconds", "start": "{START}"}}', 1, ["end"]),
        (f'{{"id": 1, "op": "elapsed_seconds", "start": "{START}", "end": "2026-09-30T16:29:59+08:00"}}', 1, ["end"]),
        (
            f'{{"id": 1, "op": "is_open", "start": "{START}", "work_seconds": 5, "end": "{START}"}}',
            1,
            ["work_seconds", "end"],
        ),
        (f'{{"id": 1, "op": "is_open", "start": "{START}", "pauses": [["{START}", "{START}"]]}}', 1, ["pauses"]),
        (
            f'{{"id": 1, "op": "due", "start": "{START}", "work_seconds": 1,'
            f' "pauses": [["{START}"], ["{START}", "2026-01-01T00:00:00Z"]]}}',
            1,
            ["pauses[0]", "pauses[1]"],
        ),
    ],
)
def test_a_line_that_cannot_be_answered_names_its_faults_and_the_others_are_answered(
    line: str, id: object, fields: Sequence[str]
) -> None:
    good = f'{{"id": 2, "op": "is_open", "start": "{START}"}}'
    code, (first, second) = evaluated(line, "", good)
    assert (code, second) == (1, {"id": 2, "result": True})
    assert (first["id"], [error["field"] for error in first["errors"]]) == (id, fields)
    assert all(" / " in error["message"] for error in first["errors"])


def test_a_calendar_that_is_never_open_says_so_for_each_query(tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    file.write_text('{"timezone": "Asia/Shanghai", "week": {}}')
    due, elapsed = (
        f'{{"id": 1, "op": "due", "start": "{START}", "work_seconds": 1}}',
        f'{{"id": 2, "op": "elapsed_seconds", "start": "{START}", "end": "2026-12-31T00:00:00Z"}}',
    )
    code, (first, second) = evaluated(due, elapsed, calendar=str(file))
    assert (code, second) == (1, {"id": 2, "result": 0})
    assert first["errors"][0]["field"] == "start"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", ["JSON"]),
        ("[]", ["object"]),
        ("{}", ["timezone", "week"]),
        ('{"timezone": "Mars/X", "week": {"mon": [["9", "24:30"]]}}', ["Mars/X", "week.mon[0][0]", "24:30"]),
    ],
)
def test_what_is_wrong_with_a_calendar_file_is_named(tmp_path: Path, content: str, told: Sequence[str]) -> None:
    file = tmp_path / "calendar.json"
    file.write_text(content)
    ran = CliRunner().invoke(command, ["evaluate", "--calendar", str(file)], "")
    assert isinstance(ran.exception, ValueError)
    assert all(word in str(ran.exception) for word in told), ran.exception
