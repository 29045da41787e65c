"""How a process behaves that works through much of the log beside others, and then ends."""

import gc
import os

_EACH = 200_000
"""New objects that are alive between two looks for garbage that refers to itself."""
_AFTER_OTHERS = 10


def collect_seldom() -> None:
    """Look for garbage seldom: little of what is folded refers to itself, and looking took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(_EACH, 10, 50)


def work_in_background() -> None:
    """The same, and let everybody else go first: commands keep their time, and an idle machine is used all the same."""
    collect_seldom()
    os.nice(_AFTER_OTHERS)
