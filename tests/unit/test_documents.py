"""Documents keep up with the product: links lead somewhere, both languages say the same, commands and recipes fit."""

import re
from pathlib import Path

import click
import pytest

from services.command_line.main import cli
from tests.support.recipes import apply_all, blocks

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
DOCUMENTS = sorted([*ROOT.glob("README*.md"), ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
PAIRS = [ROOT / "README.md", *sorted(path for path in GUIDE.rglob("*.md") if ".zh-CN" not in path.name)]
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FENCE = re.compile(r"^```.*?^```$", re.S | re.M)
_PLACE = re.compile(r"`((?:shared|services|tests|docs)/[\w./-]+)`")
_ACTS = "list|show|put|add|disable|retry|set-aside|again|drop|evaluate|import|publish|preview|simulate"
_COMMAND = re.compile(rf"(?<![\w=])moldcare ((?:[a-z]+)(?: (?:{_ACTS})\b)?)(.*)")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def chinese(path: Path) -> Path:
    return path.with_name(path.name.replace(".md", ".zh-CN.md"))


def headings(path: Path) -> list[str]:
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    return [line.split(" ")[0] for line in text.splitlines() if line.startswith("#")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_leads_to_a_file(path: Path) -> None:
    links = [link for link in _LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", [one for one in DOCUMENTS if "extending" not in one.name], ids=named)
def test_every_file_that_is_named_exists(path: Path) -> None:
    places = _PLACE.findall(path.read_text(encoding="utf-8"))
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("path", PAIRS, ids=named)
def test_both_languages_have_the_same_headings_and_blocks(path: Path) -> None:
    other = chinese(path)
    assert headings(path) == headings(other)
    fences = [len(_FENCE.findall(one.read_text(encoding="utf-8"))) for one in (path, other)]
    assert fences[0] == fences[1]


def command_at(words: list[str]) -> click.Command | None:
    found: click.Command | None = cli
    for word in words:
        found = found.get_command(click.Context(found), word) if isinstance(found, click.Group) else None
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_command_and_option_that_is_shown_exists(path: Path) -> None:
    shown = [line for fence in _FENCE.findall(path.read_text(encoding="utf-8")) for line in fence.splitlines()]
    spoken = re.findall(r"`(moldcare [^`]*)`", path.read_text(encoding="utf-8"))
    for words, rest in (found for line in [*shown, *spoken] for found in _COMMAND.findall(line)):
        command = command_at(words.split())
        assert command is not None, words
        options = {option for one in command.params for option in one.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= options, f"{words}{rest}"


def test_every_recipe_fits_the_code_and_both_languages_show_the_same() -> None:
    english = (GUIDE / "extending.md").read_text(encoding="utf-8")
    translated = (GUIDE / "extending.zh-CN.md").read_text(encoding="utf-8")
    assert list(blocks(english)) == list(blocks(translated))
    changed = apply_all(english, lambda place: (ROOT / place).read_text(encoding="utf-8"))
    for place, text in changed.items():
        if place.endswith(".py"):
            compile(text, place, "exec")
