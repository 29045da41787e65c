"""Writes the documents that are made from the code: `python -m services.command_line.documents FOLDER`."""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec

from services.command_line.pages import pages
from services.command_line.stages import STAGES
from services.console.openapi import document
from services.console.routes import RouteTable

OPENAPI = Path("contract") / "openapi.json"


def openapi() -> bytes:
    """The API as OpenAPI, as the console serves it, laid out for readers."""
    described = document(RouteTable(STAGES), version("moldcare"))
    return msgspec.json.format(msgspec.json.encode(described, order="sorted"), indent=2) + b"\n"


def documents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every document that is made, or made in part, and its content."""
    yield folder / OPENAPI, openapi()
    for path, text in pages(folder):
        yield path, text.encode()


def write(folder: Path) -> list[Path]:
    """Write every document below a folder; the files that were written."""
    written = []
    for path, content in documents(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written


if __name__ == "__main__":
    for name in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        print(name)
