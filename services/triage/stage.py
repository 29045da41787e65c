"""The stage triage as one value; nothing else of it may be imported from outside."""

from services.triage.advice import RepairOrReplace, repair_or_replace
from services.triage.commands import COMMANDS
from shared.runtime.stage import Stage

__all__ = ["STAGE", "RepairOrReplace", "repair_or_replace"]

STAGE = Stage("triage", COMMANDS)
