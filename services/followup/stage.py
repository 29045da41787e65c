"""The stage followup as one value; nothing else of it may be imported from outside."""

from services.followup.commands import COMMANDS
from services.followup.policies import POLICIES
from services.followup.projections.callbacks import CALLBACKS
from services.followup.projections.escalations import ESCALATIONS
from services.followup.projections.overdue_responses import OVERDUE_RESPONSES
from services.followup.reads.callbacks import callbacks
from services.followup.reads.escalations import escalations
from services.followup.reads.overdue import clocks, overdue
from services.followup.rebasing import rebasing
from shared.runtime.stage import Stage

STAGE = Stage(
    "followup",
    COMMANDS,
    projections=(OVERDUE_RESPONSES, CALLBACKS, ESCALATIONS),
    reads={"overdue": overdue, "clocks": clocks, "callbacks": callbacks, "escalations": escalations},
    policies=POLICIES,
    inlets=(rebasing,),
)
