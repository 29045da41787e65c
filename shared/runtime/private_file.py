"""Files that hold secrets: written whole or not at all, for the owner's eyes only."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for the owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
