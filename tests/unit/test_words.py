"""Every code that a page may show has a name in both languages, and every sentence of a page exists."""

import re
from enum import StrEnum
from pathlib import Path

import msgspec

from services.console.pages.form_fields import FORMS
from shared.events import vocabulary
from shared.events.catalogue import BY_KIND
from shared.texts.catalogue import catalogue

PAGES = Path(__file__).parents[2] / "services" / "console" / "pages"


def test_every_code_has_a_name() -> None:
    enums = [
        one
        for one in vars(vocabulary).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
    ]
    wanted = {f"{enum.__name__}.{member.value}" for enum in enums for member in enum}
    assert wanted - set(catalogue("words")) == set()


def test_every_event_of_a_case_and_its_fields_have_a_name() -> None:
    wanted = {f"event.{event.__name__}" for event in BY_KIND["case"]} | {f"command.{name}" for name in FORMS}
    for event in BY_KIND["case"]:
        wanted |= {f"field.{field.name}" for field in msgspec.structs.fields(event)}
    assert wanted - set(catalogue("words")) == set()


def test_every_sentence_that_a_page_asks_for_exists() -> None:
    asked: set[str] = set()
    for path in [*PAGES.rglob("*.html"), *PAGES.rglob("*.py")]:
        asked |= set(re.findall(r"\b(?:t|words)\(['\"](\w+)['\"](?! ~)", path.read_text(encoding="utf-8")))
    assert asked - set(catalogue("pages")) == set()
    views = {key for key in catalogue("pages") if key.startswith("view_")}
    assert len(views) == 7


def test_both_languages_are_really_there() -> None:
    for name in ("pages", "words"):
        for key, words in catalogue(name).items():
            assert words.zh.strip(), key
            assert words.en.strip(), key
