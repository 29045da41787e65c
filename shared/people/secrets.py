"""Secrets of a deployment: made once, 32 random bytes each, kept in a file that only its owner reads."""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

SIZE = 32


class Secrets(Struct, frozen=True):
    """`master` wraps the keys of persons, `pepper` makes ids of persons that nobody else can compute."""

    master: bytes
    pepper: bytes

    def __repr__(self) -> str:
        return "Secrets(hidden)"


def deployment_secrets(folder: Path, environment: Mapping[str, str] = os.environ) -> Secrets:
    """The secrets in `folder`, made at first use; MOLDCARE_MASTER_KEY and MOLDCARE_PEPPER (base64) win over files.

    Raises: ValueError when a secret is not 32 bytes.
    """
    return Secrets(
        _given(environment, "MOLDCARE_MASTER_KEY") or kept_secret(folder, "master.key"),
        _given(environment, "MOLDCARE_PEPPER") or kept_secret(folder, "pepper.key"),
    )


def _given(environment: Mapping[str, str], name: str) -> bytes | None:
    text = environment.get(name)
    if not text:
        return None
    try:
        secret = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name} is not base64") from error
    return _checked(secret, name)


def _checked(secret: bytes, name: str) -> bytes:
    if len(secret) != SIZE:
        raise ValueError(f"{name} holds {len(secret)} bytes where {SIZE} are needed")
    return secret


def kept_secret(folder: Path, name: str) -> bytes:
    """The secret in this file; two processes that make it at once end up with the same. Raises: ValueError."""
    path = folder / name
    try:
        return _checked(path.read_bytes(), name)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{name}.{os.getpid()}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(os.urandom(SIZE))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _checked(path.read_bytes(), name)
