"""No clear personal text of a customer's person stands anywhere but in the two read models that may hold it."""

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support import personal_visit
from tests.support.clear_text import MAY_BE_OPEN, disguises, in_files
from tests.support.personal_day import BODY, NAME, NEEDLES, PROBLEM, WRITER

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a day at the desk left behind: its folder, what rows hold, and what the process printed."""
    folder = tmp_path_factory.mktemp("day")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.personal_day", str(folder / "data"), str(folder / "told.json")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        printed, _ = await child.communicate()
    assert child.returncode == 0, printed.decode()
    told: dict[str, Any] = json.loads((folder / "told.json").read_text())
    return {**told, "data": folder / "data", "printed": printed}


async def test_no_clear_personal_text_stands_in_any_stream_or_file_or_log_line(day: dict[str, Any]) -> None:
    kept = [folder for folder in day["data"].iterdir() if folder.is_dir() and folder.name != "postgres"]
    assert {folder.name for folder in kept} >= {"nats", "files", "log", "keys"}
    logged = (day["data"] / "log" / "moldcare.log").read_text()
    assert "mail_settled" in logged
    assert "SMTP-550-5.1.1" in logged, "a letter was refused, by number and without the server's words"
    assert "personal_visit.py" in logged, "the defect is noted, with its place"
    assert list(in_files(kept, NEEDLES)) == []
    lines = [json.loads(line) for line in logged.splitlines()]
    answered = [line for line in lines if line["event"] == "command answered"]
    assert {line["status"] for line in answered} >= {201, 400, 404, 413, 415, 422}
    assert all("command" in line and "milliseconds" in line and "service" in line for line in answered)
    assert [line for line in answered if line["status"] == 201 and not {"case_id", "aggregate_id"} & line.keys()] == []
    assert [line for line in answered if line["status"] == 201 and "command_id" not in line] == []


async def test_no_clear_personal_text_is_printed(day: dict[str, Any]) -> None:
    assert [needle for needle in NEEDLES if any(form in day["printed"] for form in disguises(needle))] == []


async def test_no_clear_personal_text_stands_in_a_row_of_any_other_table(day: dict[str, Any]) -> None:
    assert day["found"] == []
    assert {"intake.ledger", "keys.person_key", "runner.outbox", "runner.mail"} <= set(day["seen"])
    assert not any(table.split(".")[1].startswith(MAY_BE_OPEN) for table in day["seen"])


async def test_what_the_two_open_read_models_hold_is_what_was_said(day: dict[str, Any]) -> None:
    assert NAME in day["people"]
    assert WRITER in day["people"]
    assert PROBLEM in day["texts"]
    assert BODY in day["texts"]
    assert [said for said in personal_visit.SHOWN if said not in day["people"] + day["texts"]] == []


def test_the_search_itself_finds_clear_text_in_every_disguise(tmp_path: Path) -> None:
    for number, form in enumerate(
        (
            NAME.encode(),
            NAME.encode("gb18030"),
            json.dumps(NAME).encode(),
            quote(NAME).encode(),
            base64.b64encode(b"xy" + NAME.encode() + b"z"),
        )
    ):
        (tmp_path / str(number)).write_bytes(b"before " + form + b" after")
    assert len(list(in_files([tmp_path], [NAME]))) == 5
    assert all(len(form) >= 5 for form in disguises(NAME))
