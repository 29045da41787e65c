"""The templates of letters: files `name.version.language.txt`, of which the highest version counts.

A firm's own files stand in the folder MOLDCARE_LETTERS and count beside those of the product. They are read once.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from msgspec import Struct

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FOLDER = "MOLDCARE_LETTERS"
_NAME = re.compile(r"(?P<name>[a-z_]+)\.(?P<version>[1-9][0-9]{0,3})\.(?P<language>zh|en)\.txt")


class BadLetter(ValueError):
    """A template cannot be used; the text names the file and the fault."""


class Template(Struct, frozen=True):
    """One version of a letter in one language."""

    name: str
    version: int
    language: Language
    text: str

    @property
    def letter(self) -> str:
        """What an event calls it."""
        return f"{self.name}.{self.version}.{self.language}"


class Letters:
    """Templates by name and language, the newest of each."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._newest: dict[tuple[str, str], Template] = {}
        for one in templates:
            standing = self._newest.get((one.name, one.language))
            if standing is None or one.version > standing.version:
                self._newest[one.name, one.language] = one

    @property
    def names(self) -> list[str]:
        """The letters there are."""
        return sorted({name for name, _ in self._newest})

    def of(self, name: str, language: str) -> Template:
        """The template that counts. Raises: BadLetter."""
        try:
            return self._newest[name, language]
        except KeyError:
            raise BadLetter(f"{name}.{language}: 没有这个模板 / there is no such template") from None

    def write(self, name: str, language: str, values: Mapping[str, Any]) -> tuple[str, str]:
        """The letter as events call it, and its text. Raises: BadLetter for a placeholder that nothing fills."""
        template = self.of(name, language)
        try:
            text = self._environment.from_string(template.text).render(values)
        except (TemplateError, TypeError, ValueError) as error:
            raise BadLetter(f"{template.letter}: {error}") from error
        return template.letter, text.strip() + "\n"


@cache
def letters() -> Letters:
    """The letters of this process. Raises: BadLetter."""
    return letters_in(folder_of_a_firm())


def folder_of_a_firm(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where a firm keeps templates of its own, None for nowhere."""
    folder = environment.get(FOLDER)
    return Path(folder) if folder else None


def letters_in(folder: Path | None) -> Letters:
    """Those of the product, and those of a folder of one's own. Raises: BadLetter."""
    return Letters((*_of_the_product(), *(_of_a_firm(folder) if folder is not None else ())))


def _of_the_product() -> Iterator[Template]:
    for entry in files("services.followup").joinpath("letters", "texts").iterdir():
        if found := _NAME.fullmatch(entry.name):
            yield _template(found, entry.read_text(encoding="utf-8"))


def _of_a_firm(folder: Path) -> Iterator[Template]:
    if not folder.is_dir():
        raise BadLetter(f"{FOLDER}: {folder}: 不是文件夹 / is no folder")
    for path in sorted(folder.glob("*.txt")):
        found = _NAME.fullmatch(path.name)
        if found is None:
            raise BadLetter(f"{path.name}: 应为 name.version.zh.txt / should be name.version.zh.txt")
        try:
            yield _template(found, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadLetter(f"{path.name}: {type(error).__name__}") from error


def _template(found: re.Match[str], text: str) -> Template:
    language: Language = "zh" if found["language"] == "zh" else "en"
    return Template(found["name"], int(found["version"]), language, text)
