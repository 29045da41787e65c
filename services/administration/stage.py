"""The stage administration as one value; nothing else of it may be imported from outside."""

from services.administration.commands import COMMANDS
from services.administration.projections.policies import POLICIES
from services.administration.projections.staff import STAFF
from shared.runtime.stage import Stage

STAGE = Stage("administration", COMMANDS, projections=(STAFF, POLICIES))
