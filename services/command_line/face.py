"""Serves the console in the loop of this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.command_line.ground import Ground, ground
from services.command_line.http_server import listening, serving
from services.command_line.stages import STAGES
from services.console.application import console
from services.console.parts import Parts
from shared.runtime.health import Health
from shared.runtime.settings import Settings


@asynccontextmanager
async def face(settings: Settings, health: Health, host: str = "127.0.0.1") -> AsyncIterator[tuple[str, Ground]]:
    """The console, serving; its address, and what it stands on. Raises: PortTaken; as `ground`."""
    with listening(settings.port, host) as listener:
        async with ground(settings, "console") as here:
            parts = Parts(
                stages=STAGES,
                services=here.commands,
                signer=here.signer,
                pool=here.pool,
                postgres=here.access.postgres,
                files=here.files,
                people=here.people,
                clock=here.clock,
                health=health,
            )
            async with serving(console(parts), listener, "console", lifespan=True):
                yield f"http://{host}:{listener.getsockname()[1]}", here
