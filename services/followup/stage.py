"""The stage followup as one value; nothing else of it may be imported from outside."""

from services.followup.commands import COMMANDS
from services.followup.policies import POLICIES
from shared.runtime.stage import Stage

STAGE = Stage("followup", COMMANDS, policies=POLICIES)
