"""Finds requirement ids in text: `R-2.1.3-a to -c`, `R-2.1.1-a, -b`, `B-07`."""

import re
from collections.abc import Iterator

_ONE = re.compile(r"R-(?P<clause>\d(?:\.\d)+)-(?P<letter>[a-e])|(?P<beyond>B-\d\d)")
_MORE = re.compile(r"\s*(?P<way>to|,)\s*-(?P<letter>[a-e])")


def clauses(text: str) -> Iterator[str]:
    """Every requirement that a text names, ranges and lists spelled out."""
    for found in _ONE.finditer(text):
        if found["beyond"]:
            yield found["beyond"]
            continue
        clause, letter, end = found["clause"], found["letter"], found.end()
        yield f"R-{clause}-{letter}"
        while (more := _MORE.match(text, end)) is not None:
            first = ord(letter) + 1 if more["way"] == "to" else ord(more["letter"])
            yield from (f"R-{clause}-{chr(one)}" for one in range(first, ord(more["letter"]) + 1))
            letter, end = more["letter"], more.end()
