"""Writes the documents that are made from the registry: `python -m services.command_line.documents FOLDER`."""

import sys
from importlib.metadata import version
from pathlib import Path

import msgspec

from services.command_line.stages import STAGES
from services.console.openapi import document
from services.console.routes import RouteTable

OPENAPI = Path("contract") / "openapi.json"


def openapi() -> bytes:
    """The API as OpenAPI, as the console serves it, laid out for readers."""
    described = document(RouteTable(STAGES), version("moldcare"))
    return msgspec.json.format(msgspec.json.encode(described, order="sorted"), indent=2) + b"\n"


def write(folder: Path) -> Path:
    """Write every document below a folder; the file that was written."""
    path = folder / OPENAPI
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(openapi())
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")))
