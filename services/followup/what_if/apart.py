"""A simulation in a process of its own: it computes for a minute, and whoever serves requests must not."""

import msgspec
from msgspec import Struct

from services.followup.reads.simulation import Simulated
from services.followup.what_if.question import SimulationQuestion
from shared.runtime.errands import run_errand
from shared.store.order import Fault, Refused


class Errand(Struct, frozen=True):
    """What the child is told on its standard input: how to reach PostgreSQL, and what is asked."""

    postgres: str
    question: SimulationQuestion


class Found(Struct, frozen=True):
    """What the child says: the simulation, or why there is none."""

    simulated: Simulated | None = None
    faults: list[Fault] = []


async def simulate_apart(postgres: str, question: SimulationQuestion) -> Simulated:
    """The same as `simulate`. Raises: Refused; as `run_errand`."""
    said = await run_errand("services.followup.what_if", msgspec.json.encode(Errand(postgres, question)))
    found = msgspec.json.decode(said, type=Found)
    if found.simulated is None:
        raise Refused(*found.faults)
    return found.simulated
