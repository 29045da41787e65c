"""Completion as shells ask for it: what can be typed next, and silence where nothing is known."""

from pathlib import Path

import pytest

from services.command_line.completing import completed
from services.command_line.main import COMMANDS, cli, run


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> object:
    """Asks as bash does; nothing runs in the data folder."""
    monkeypatch.setenv("MOLDCARE_DATA", str(tmp_path))
    monkeypatch.delenv("MOLDCARE_NATS_URL", raising=False)

    def ask(typed: str) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", f"moldcare {typed}")
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" "))))
        assert completed(cli, "bash_complete") == 0
        told = capsys.readouterr()
        assert told.err == ""
        return [line.partition(",")[2] for line in told.out.splitlines() if line]

    return ask


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("", list(COMMANDS)),
        ("re", ["rebuild"]),
        ("case ", ["list", "show"]),
        ("case list --view c", ["callback", "closed"]),
        ("case list --sort u", ["updated", "urgency"]),
        ("serve a", ["analytics", "administration"]),
        ("up --only intake,t", ["intake,triage"]),
        ("rebuild open", ["open_cases"]),
        ("heal --projection moulds", []),
        ("heal --projection open", ["open_cases"]),
        ("send acknowledgec", ["AcknowledgeCase"]),
        ("send FlagB", []),
        ("events --type Classified,CaseAck", ["Classified,CaseAcknowledged"]),
        ("metrics --by urgency,mould", ["urgency,mould_kind", "urgency,mould"]),
        ("user add li-na --role SPECIALIST,SUP", ["SPECIALIST,SUPERVISOR"]),
        ("user add li-na --department Q", ["QUALITY"]),
        ("import --format ma", ["mail"]),
        ("completion ", ["bash", "zsh", "fish"]),
        ("send Classify --as ", []),
        ("case show ", []),
        ("heal ", []),
    ],
)
def test_what_fits_is_offered(offered: object, typed: str, values: list[str]) -> None:
    assert callable(offered)
    assert offered(typed) == values


def test_options_are_offered(offered: object) -> None:
    assert callable(offered)
    assert {"--case", "--type", "--from", "--to", "--follow"} <= set(offered("events --"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_us(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert run(["completion", shell]) == 0
    assert f"_MOLDCARE_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_a_question_that_cannot_be_answered_is_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COMP_WORDS", raising=False)
    assert completed(cli, "bash_complete") == 1
    assert capsys.readouterr() == ("", "")
