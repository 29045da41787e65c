"""Search for text of any language without a dictionary: pairs of neighbouring characters, made in Python.

Chinese writes no spaces and most words are two characters, so pairs find words; letters and digits likewise.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_SOUND = re.compile(r"[\x00\ud800-\udfff]")
_MANY = 4000
"""Pairs kept of one text: a tsvector ends at 1 MiB."""


def normalised(text: str) -> str:
    """The text as it is compared: width and case do not matter."""
    return unicodedata.normalize("NFKC", _SOUND.sub(" ", text)).casefold()


def pairs(text: str) -> dict[str, None]:
    """The pairs of neighbouring characters in a text, in order of appearance; a lone character stands for itself."""
    found: dict[str, None] = {}
    for word in _WORD.findall(normalised(text)):
        if len(word) == 1:
            found[word] = None
        for place in range(len(word) - 1):
            found[word[place : place + 2]] = None
    return found


def words_of(text: str) -> str:
    """A normalised text as tsvector literal. Lexemes are letters and digits only, so quotes suffice.

    The last character of each word stands alone too, so that every single character begins a lexeme.
    """
    found = {word[place : place + 2] for word in _WORD.findall(text) for place in range(len(word))}
    lexemes = sorted(found)[:_MANY]
    return f"'{"' '".join(lexemes)}'" if lexemes else ""


def sought(text: str) -> str | None:
    """The tsquery literal that finds texts with all pairs of `text`; None when it holds nothing to find by.

    What is found is to be compared with `contains`: pairs may stand apart, and lone characters beside them are not
    asked for.
    """
    found = [f"'{pair}'" for pair in pairs(text) if len(pair) > 1]
    # A lone character stands inside longer words too, where it begins a pair; it narrows little and costs much.
    return " & ".join(found or [f"'{lone}':*" for lone in pairs(text)]) or None


def contains(text: str) -> str:
    """A LIKE pattern for the sought text itself, so that pairs from different places do not count as found."""
    escaped = re.sub(r"([\\%_])", r"\\\1", normalised(text).strip())
    return f"%{escaped}%"


def alternatives(text: str) -> str | None:
    """The tsquery literal that finds texts with any pair of `text`, so that the most alike can be told by rank."""
    found = [f"'{pair}'" if len(pair) > 1 else f"'{pair}':*" for pair in pairs(text)]
    return " | ".join(found) if found else None


def likeness(one: str, other: str) -> float:
    """How alike two texts are: the share of their pairs that both have (Dice), from 0 to 1."""
    first, second = pairs(one).keys(), pairs(other).keys()
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0
