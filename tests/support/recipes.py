"""The recipes of the guide as edits: each block names its file and its way in the sentence before it.

`python -m tests.support.recipes GUIDE` applies them to the checkout in the current folder, a scratch clone.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

_BLOCK = re.compile(r"(?P<before>[^\n]*\n?[^\n]*)\n\n```(?P<language>\w+)\n(?P<body>.*?)^```$", re.S | re.M)
_PATH = re.compile(r"`([\w./-]+\.\w+)`[:：]$")
_NEW, _END = ("New file", "新建"), ("At the end of", "末尾")


class Block(Struct, frozen=True):
    """One block: `way` is `new`, `end` or `diff`; `run` for commands, which have no path."""

    way: str
    path: str
    body: str


def blocks(guide: str) -> Iterator[Block]:
    """The blocks of a guide in order. Raises: ValueError for one that names no file."""
    for found in _BLOCK.finditer(guide):
        before, language, body = found["before"].strip(), found["language"], found["body"]
        if language == "bash":
            yield Block("run", "", body)
            continue
        path = _PATH.search(before)
        if path is None:
            raise ValueError(f"no file is named before: {body[:60]}")
        way = "diff" if language == "diff" else "new" if any(word in before for word in _NEW) else "end"
        if way == "end" and not any(word in before for word in _END):
            raise ValueError(f"neither new nor at the end: {before}")
        yield Block(way, path[1], body)


def edited(block: Block, text: str) -> str:
    """The file after the block. Raises: ValueError when a diff does not fit, or fits twice."""
    if block.way == "new":
        return block.body
    if block.way == "end":
        return text + block.body
    lines = block.body.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    anchor, place = old, f"\n{text}"
    if place.count(f"\n{anchor}") != 1:
        raise ValueError(f"{block.path} has {place.count(anchor)} places like this:\n{old}")
    return place.replace(f"\n{anchor}", f"\n{new}")[1:]


def apply_all(guide: str, read: Callable[[str], str]) -> dict[str, str]:
    """Every file that the guide changes, as it is after the last block."""
    files: dict[str, str] = {}
    for block in blocks(guide):
        if block.way != "run":
            before = "" if block.way == "new" else files.get(block.path) or read(block.path)
            files[block.path] = edited(block, before)
    return files


if __name__ == "__main__":
    told = Path(sys.argv[1]).read_text(encoding="utf-8")
    for name, text in apply_all(told, lambda path: Path(path).read_text(encoding="utf-8")).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")
