"""The stage followup as one value; nothing else of it may be imported from outside."""

from services.followup.commands import COMMANDS
from services.followup.policies import POLICIES
from services.followup.projections.clock_inputs import CLOCK_INPUTS
from services.followup.projections.overdue_responses import OVERDUE_RESPONSES
from services.followup.reads.overdue import clocks, overdue
from services.followup.reads.simulation import Simulated, cases_meant, simulate
from services.followup.rebasing import rebasing
from services.followup.what_if.apart import simulate_apart
from services.followup.what_if.question import SimulationQuestion
from shared.runtime.stage import Stage

__all__ = ["STAGE", "Simulated", "SimulationQuestion", "simulate_apart"]

STAGE = Stage(
    "followup",
    COMMANDS,
    projections=(OVERDUE_RESPONSES, CLOCK_INPUTS),
    reads={"overdue": overdue, "clocks": clocks, "simulate": simulate, "simulated_cases": cases_meant},
    policies=POLICIES,
    inlets=(rebasing,),
)
