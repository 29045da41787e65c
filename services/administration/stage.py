"""The stage administration as one value; nothing else of it may be imported from outside."""

from services.administration.commands import COMMANDS
from shared.runtime.stage import Stage

STAGE = Stage("administration", COMMANDS)
