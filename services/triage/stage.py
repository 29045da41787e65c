"""The stage triage as one value; nothing else of it may be imported from outside."""

from services.triage.commands import COMMANDS
from shared.runtime.stage import Stage

STAGE = Stage("triage", COMMANDS)
