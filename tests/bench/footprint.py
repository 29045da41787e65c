"""The memory of a family of processes: what each has for itself, and what several share, once.

The kernel's own share (Pss) divides a page among all processes of the machine; here only the family counts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil

_HEAD = re.compile(r"([0-9a-f]+-[0-9a-f]+) \S+ ([0-9a-f]+) \S+ (\d+) *(.*)")
_PRIVATE = ("Private_Clean:", "Private_Dirty:", "Private_Hugetlb:")
_SHARED = ("Shared_Clean:", "Shared_Dirty:", "Shared_Hugetlb:")

Page = tuple[str, ...]
"""What tells a mapping from others: file, offset and place; without a file only forks share it, at one place."""


def mappings(pid: int) -> Iterator[tuple[Page, int, int]]:
    """Each mapping of a process with its private and its shared kilobytes."""
    key, private, shared = Page(), 0, 0
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8").splitlines():
        if head := _HEAD.fullmatch(line):
            yield key, private, shared
            place, offset, inode, name = head.groups()
            key, private, shared = ((name, offset, inode) if inode != "0" else ("", place)), 0, 0
        elif line.startswith(_PRIVATE):
            private += int(line.split()[1])
        elif line.startswith(_SHARED):
            shared += int(line.split()[1])
    yield key, private, shared


def memory_of(first: int) -> float:
    """Memory of a process and all below it [MB]."""
    family = [psutil.Process(first), *psutil.Process(first).children(recursive=True)]
    own, common = 0, defaultdict[Page, int](int)
    for one in family:
        for key, private, shared in mappings(one.pid):
            own += private
            common[key] = max(common[key], shared)
    return (own + sum(common.values())) / 1000
