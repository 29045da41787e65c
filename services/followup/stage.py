"""The stage followup as one value; nothing else of it may be imported from outside."""

from services.followup.commands import COMMANDS
from services.followup.letters.policies import POLICIES as LETTERS
from services.followup.policies import POLICIES
from services.followup.projections.overdue_responses import OVERDUE_RESPONSES
from services.followup.reads.overdue import clocks, overdue
from shared.runtime.stage import Stage

STAGE = Stage(
    "followup",
    COMMANDS,
    projections=(OVERDUE_RESPONSES,),
    reads={"overdue": overdue, "clocks": clocks},
    policies=(*POLICIES, *LETTERS),
)
