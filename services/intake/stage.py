"""The stage intake as one value; nothing else of it may be imported from outside."""

from services.intake.commands import COMMANDS
from services.intake.projections.open_cases import OPEN_CASES
from shared.runtime.stage import Stage

STAGE = Stage("intake", COMMANDS, projections=(OPEN_CASES,))
