"""The registry of follow-up: one line a command."""

from services.followup import decide
from shared.events.case.followup import SlaBreached
from shared.store.order import Command

COMMANDS = (
    Command("FlagBreach", SlaBreached, "case", decide.flag_breach, consults=decide.service_levels, is_system=True),
)
