"""The stage followup as one value; nothing else of it may be imported from outside."""

from services.followup.commands import COMMANDS
from services.followup.policies import POLICIES
from services.followup.projections.clock_inputs import CLOCK_INPUTS
from services.followup.projections.overdue_responses import OVERDUE_RESPONSES
from services.followup.reads.overdue import clocks, overdue
from services.followup.reads.simulation import simulate
from shared.runtime.stage import Stage

STAGE = Stage(
    "followup",
    COMMANDS,
    projections=(OVERDUE_RESPONSES, CLOCK_INPUTS),
    reads={"overdue": overdue, "clocks": clocks, "simulate": simulate},
    policies=POLICIES,
)
