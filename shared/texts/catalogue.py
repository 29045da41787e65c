"""Reads the catalogues: one TOML file per subject, one table per sentence with `zh` and `en`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
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
    """All sentences of one file by their keys. Raises: FileNotFoundError, KeyError for a missing language."""
    text = files("shared.texts").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return {key: Sentence(entry["zh"], entry["en"]) for key, entry in tomllib.loads(text).items()}


def sentence(name: str, key: str) -> Sentence:
    """One sentence of one file. Raises: KeyError."""
    return catalogue(name)[key]
