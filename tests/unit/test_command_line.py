"""All commands by a table: each explains itself in both languages, answers a bad input in one sentence, speaks JSON."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from rich.cells import cell_len

from services.command_line.choices import services
from services.command_line.examples import EXAMPLES
from services.command_line.main import COMMANDS, cli, run, summary

BAD: dict[str, list[str]] = {
    "up": ["--port", "99999"],
    "serve": ["weather"],
    "provision": ["now"],
    "user add": ["li-na", "--as", "admin"],
    "user list": ["everybody"],
    "user disable": ["li-na", "--as", "admin"],
    "send": ["Classify", "--data", "/nowhere", "--as", "specialist"],
    "file put": ["/nowhere"],
    "mail list": ["--status", "burnt"],
    "mail retry": ["now"],
    "mail set-aside": ["forty-two", "--as", "specialist"],
    "letter list": ["--folder", "/nowhere"],
    "letter preview": ["--language", "fr"],
    "import": ["/nowhere", "--format", "mail"],
    "case list": ["--limit", "0"],
    "case show": ["*"],
    "events": ["--case", ""],
    "calendar show": ["now"],
    "calendar evaluate": ["--calendar", "/nowhere"],
    "calendar import": ["/nowhere"],
    "calendar publish": ["/nowhere", "--as", "supervisor"],
    "metrics": ["--period", "2026-13"],
    "sla simulate": ["--from", "2026-01-01", "--to", "2026-02-01"],
    "rebuild": ["open_cases", "--until", "5", "--swap"],
    "heal": ["no case"],
    "outbox list": ["all"],
    "outbox again": [],
    "outbox drop": ["callback:8byq-311th:1:D7"],
    "status": ["--verbose"],
    "doctor": ["cases"],
    "completion": ["powershell"],
}
"""Each command and what it cannot take."""
HEAVY = {"nats", "psycopg", "structlog", "litestar", "faststream", "rich.console", "services.command_line.stages"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BOTH = re.compile(r"[\u4e00-\u9fff].*/ .*[a-zA-Z]", re.S)


def leaves() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {word}", one) for word, one in command.commands.items())
        elif command is not None:
            yield name, command


LEAVES = dict(leaves())


def test_the_tables_of_this_page_and_of_examples_know_every_command() -> None:
    missing = {
        "bad inputs": LEAVES.keys() - BAD.keys(),
        "examples": {name for name in LEAVES if not EXAMPLES.get(name)},
    }
    assert missing == {"bad inputs": set(), "examples": set()}


@pytest.mark.parametrize("name", LEAVES)
def test_a_command_and_all_its_options_are_explained_in_both_languages(name: str) -> None:
    command = LEAVES[name]
    assert _BOTH.search(summary(command))
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not _BOTH.search(one.help or "")] == []
    assert "--json" in {word for one in options for word in one.opts}


@pytest.mark.parametrize("name", LEAVES)
def test_help_fits_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    told = shown.partition("例 / Examples:")[0]
    assert [line for line in told.splitlines() if cell_len(line) > 80 and "|" not in line] == []
    assert [line for line in EXAMPLES[name] if line not in shown] == []


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in EXAMPLES.items() for line in lines])
def test_an_example_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    for file in (
        "report.json",
        "photo.jpg",
        "customers.xlsx",
        "moulds.csv",
        "2027.json",
        "days.csv",
        "draft.json",
        "saturdays.json",
    ):
        (tmp_path / file).touch()
    words = shlex.split(
        line.replace('eval "$(', "").replace(')"', "").partition(" < ")[0].partition(" > ")[0].partition(" | ")[0]
    )
    assert words[: len(name.split()) + 1] == ["moldcare", *name.split()]
    command, given = LEAVES[name], words[len(name.split()) + 1 :]
    with command.make_context(name, given) as context:
        assert context.command is command


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_answered_in_one_sentence_and_ends_with_2(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run([*name.split(), *BAD[name]]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(r"moldcare: [^\n]+ / [^\n]+\n", told.err)
    assert _CHINESE.search(told.err)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_answered_in_json_where_json_is_asked_for(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run([*name.split(), *BAD[name], "--json"]) == 2
    told = capsys.readouterr()
    assert (list(json.loads(told.out)), told.err) == (["error"], "")


@pytest.mark.parametrize("arguments", [["weather"], ["case", "weather"], ["--weather"], ["case", "show", "a", "b"]])
def test_what_is_no_command_is_told_with_the_page_that_helps(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(arguments) == 2
    assert re.fullmatch(r"moldcare: [^\n]+ / [^\n]+（moldcare[a-z ]* --help）\n", capsys.readouterr().err)


def test_serve_names_all_services() -> None:
    assert ", ".join(services()) in (LEAVES["serve"].help or "")


def test_help_loads_neither_servers_nor_stages() -> None:
    program = "import sys; from services.command_line.main import run; run(['--help']); print(*sys.modules, sep='\\n')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert HEAVY & set(ran.stdout.splitlines()) == set()
