"""How often a process looks for garbage that refers to itself."""

import gc

_EACH = 200_000
"""New objects that are alive between two looks."""


def collect_seldom() -> None:
    """For a process that folds much and then ends: little there refers to itself, and looking took a tenth of it."""
    gc.freeze()
    gc.set_threshold(_EACH, 10, 50)
