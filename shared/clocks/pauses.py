"""Stretches that do not count. Pure."""

from collections.abc import Iterable
from datetime import datetime

from shared.clocks.local_time import second_of

Pauses = Iterable[tuple[datetime, datetime]]
"""From and to of what does not count; overlapping ones count once, and an empty or inverted one is none."""


def joined(pauses: Pauses) -> list[tuple[int, int]]:
    """The stretches in order and apart, in seconds from the beginning of 1970."""
    found: list[tuple[int, int]] = []
    for begins, ends in sorted((second_of(begins), second_of(ends)) for begins, ends in pauses):
        if begins >= ends:
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found
