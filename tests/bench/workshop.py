"""Embedded servers on a folder of their own, provisioned, with a first set of rules and users."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from shared.runtime.embedded import embedded
from shared.runtime.provisioning import provision
from shared.runtime.settings import Settings, settings_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""Signs actors; measured is how long checking takes, not how well it is kept."""


class Workshop(Struct, frozen=True):
    """Running servers: settings to reach them, and the process of NATS and the first one of PostgreSQL."""

    settings: Settings
    nats: int
    postgres: int

    def environment(self, identity: str = "service") -> dict[str, str]:
        """How a bare program reaches the servers."""
        access = self.settings.access(identity)  # type: ignore[arg-type]
        return {
            "NATS_URL": access.nats_url,
            "NATS_USER": access.nats_user,
            "NATS_PASSWORD": access.nats_password,
            "POSTGRES": access.postgres,
        }

    @property
    def postgres_processes(self) -> list[int]:
        """All processes of PostgreSQL."""
        first = psutil.Process(self.postgres)
        return [first.pid, *(child.pid for child in first.children(recursive=True))]


@asynccontextmanager
async def workshop(folder: Path) -> AsyncIterator[Workshop]:
    """Servers on this folder, new or as a former run left it."""
    settings = settings_of({}, folder)
    async with embedded(settings):
        await provision(settings)
        children = {child.name(): child.pid for child in psutil.Process().children(recursive=True)}
        yield Workshop(settings, children["nats-server"], children["postgres"])


@asynccontextmanager
async def child(arguments: Sequence[str], environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python program that has said "ready"; it ends when its input does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        said = await asyncio.wait_for(process.stdout.readline(), 60)
        if said.strip() != b"ready":
            raise RuntimeError(f"{arguments} said {said!r}")
        yield process
    finally:
        process.stdin.close()
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            await asyncio.wait_for(process.wait(), 20)
