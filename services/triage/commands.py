"""The registry of triage: one line a command."""

from services.triage import decide
from shared.events.case.triage import Classified
from shared.store.order import Command

COMMANDS = (
    Command("Classify", Classified, "case", decide.classify, decide.check_classification, decide.fault_codes_and_mould),
)
