"""The registry of dispatch."""

from services.dispatch.commands_before import BEFORE
from services.dispatch.commands_during import DURING

COMMANDS = (*BEFORE, *DURING)
