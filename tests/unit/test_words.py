"""Every code that a page may show has a name in both languages, and every sentence of a page exists."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from services.administration.stage import STAGE as ADMINISTRATION
from services.console.pages.case_path import ANY, STAGES
from services.console.pages.forms.shape import FormField, shape_of
from services.console.routes import RouteTable
from services.dispatch.stage import STAGE as DISPATCH
from services.followup.stage import STAGE as FOLLOWUP
from services.intake.stage import STAGE as INTAKE
from services.triage.stage import STAGE as TRIAGE
from shared.events import vocabulary
from shared.events.catalogue import BY_KIND
from shared.texts.catalogue import catalogue

PAGES = Path(__file__).parents[2] / "services" / "console" / "pages"
KINDS = ("case", "customer", "mould", "channel", "department", "improvement", "report")


def test_every_code_has_a_name() -> None:
    enums = [
        one
        for one in vars(vocabulary).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
    ]
    wanted = {f"{enum.__name__}.{member.value}" for enum in enums for member in enum}
    wanted |= {f"Stage.{stage}" for stage in (*STAGES, ANY)}
    assert wanted - set(catalogue("words")) == set()


def names(fields: tuple[FormField, ...]) -> Iterator[tuple[str, str]]:
    """(struct, field) of these fields and of all inside them."""
    for field in fields:
        yield field.owner, field.name
        yield from names(field.fields)


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_and_its_fields_have_a_name(kind: str) -> None:
    words = catalogue("words")
    assert [event.__name__ for event in BY_KIND[kind] if f"event.{event.__name__}" not in words] == []
    lacking = {
        f"{owner}.{name}"
        for event in BY_KIND[kind]
        for owner, name in names(shape_of(event))
        if f"field.{name}" not in words and f"field.{owner}.{name}" not in words
    }
    assert lacking == set()


def test_every_command_of_a_form_has_a_name() -> None:
    table = RouteTable((INTAKE, TRIAGE, DISPATCH, FOLLOWUP, ADMINISTRATION))
    wanted = {f"command.{route.command.name}" for route in table.routes if route.command.kind in KINDS}
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
