"""A simulation in a process of its own: it computes for a minute, and whoever serves requests must not."""

import asyncio
import sys
from contextlib import suppress

import msgspec
from msgspec import Struct

from services.followup.reads.simulation import Simulated
from services.followup.what_if.question import SimulationQuestion
from shared.runtime.processes import dying_with_us
from shared.store.order import Fault, Refused


class Errand(Struct, frozen=True):
    """What the child is told on its standard input: how to reach PostgreSQL, and what is asked."""

    postgres: str
    question: SimulationQuestion


class Found(Struct, frozen=True):
    """What the child says: the simulation, or why there is none."""

    simulated: Simulated | None = None
    faults: list[Fault] = []


class SimulationFailed(ConnectionError):
    """The child ended without an answer."""


async def simulate_apart(postgres: str, question: SimulationQuestion) -> Simulated:
    """The same as `simulate`. The child ends with us, and when nobody waits any more.

    Raises: Refused, SimulationFailed, processes.ServerFailed where no child can be started.
    """
    command = dying_with_us([sys.executable, "-m", "services.followup.what_if"], "KILL")
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await child.communicate(msgspec.json.encode(Errand(postgres, question)))
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode:
        raise SimulationFailed(f"the simulation ended with {child.returncode}")
    found = msgspec.json.decode(said, type=Found)
    if found.simulated is None:
        raise Refused(*found.faults)
    return found.simulated
