"""Who runs beside whom: one pytest, two workers, and some tests that need the machine for themselves.

Two locks make it fair: whoever wants in takes the turnstile first, so that a test that waits to be alone lets nobody
pass it. Tests of one file stay with one worker, because they share fixtures; those that want to be alone come last.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

GROUP, ROOM = "alone", "MOLDCARE_TEST_ROOM"


def arranged(items: list[pytest.Item]) -> list[pytest.Item]:
    """File by file, what wants to be alone at the end."""
    for item in items:
        is_alone = item.get_closest_marker("alone") is not None
        item.add_marker(pytest.mark.xdist_group(GROUP if is_alone else item.path.name))
    return sorted(items, key=lambda item: item.get_closest_marker("alone") is not None)


def open_room(config: pytest.Config) -> None:
    """Called by whoever starts the workers; they inherit the way to the locks."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="moldcare-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ[ROOM] = folder.name


@contextmanager
def room(item: pytest.Item) -> Iterator[None]:
    """Be in the room together with others, or alone."""
    folder = Path(os.environ[ROOM])
    is_alone = item.get_closest_marker("alone") is not None
    with (folder / "turnstile").open("w") as turnstile, (folder / "room").open("w") as inside:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fcntl.flock(inside, fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH)
        if not is_alone:
            fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield
