"""Reads the catalogues: a TOML file, or a folder of them, per subject; each sentence has `zh` and `en`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from msgspec import Struct


class Sentence(Struct, frozen=True):
    """The same sentence in both languages; `{name}` in it stands for a value."""

    zh: str
    en: str

    def filled(self, values: Mapping[str, Any]) -> "Sentence":
        """The sentence with its values. Raises: KeyError when one is missing."""
        return Sentence(self.zh.format_map(values), self.en.format_map(values))

    @property
    def both(self) -> str:
        """Chinese, then English, for readers whose language is not known."""
        return f"{self.zh} / {self.en}"


@cache
def catalogue(name: str) -> dict[str, Sentence]:
    """All sentences of a subject by their keys.

    Raises: FileNotFoundError; KeyError for a missing language; ValueError for a key that two files claim.
    """
    found: dict[str, Sentence] = {}
    for source in _sources(name):
        for key, entry in tomllib.loads(source.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"{name}: {key} stands twice")
            found[key] = Sentence(entry["zh"], entry["en"])
    return found


def _sources(name: str) -> list[Traversable]:
    place = files("shared.texts")
    folder = place.joinpath(name)
    if folder.is_dir():
        return sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return [place.joinpath(f"{name}.toml")]


def sentence(name: str, key: str) -> Sentence:
    """One sentence of one file. Raises: KeyError."""
    return catalogue(name)[key]
