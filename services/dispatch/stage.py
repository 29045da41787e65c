"""The stage dispatch as one value; nothing else of it may be imported from outside."""

from services.dispatch.commands import COMMANDS
from shared.runtime.stage import Stage

STAGE = Stage("dispatch", COMMANDS)
