"""The stage intake as one value; nothing else of it may be imported from outside."""

from services.intake.commands import COMMANDS
from services.intake.projections.case_history import CASE_HISTORY
from services.intake.projections.case_text import CASE_TEXT
from services.intake.projections.contact_addresses import CONTACT_ADDRESSES
from services.intake.projections.customers import CUSTOMERS
from services.intake.projections.moulds import MOULDS
from services.intake.projections.open_cases import OPEN_CASES
from services.intake.projections.people import PEOPLE
from shared.runtime.stage import Stage

STAGE = Stage(
    "intake",
    COMMANDS,
    projections=(OPEN_CASES, CASE_HISTORY, PEOPLE, CASE_TEXT, CUSTOMERS, MOULDS, CONTACT_ADDRESSES),
)
