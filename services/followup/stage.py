"""The stage followup as one value; nothing else of it may be imported from outside."""

from services.followup.commands import COMMANDS
from services.followup.letters.checking import sound_letters
from services.followup.letters.drafts import DRAFTS, Facts, drafted
from services.followup.letters.policies import POLICIES as LETTERS
from services.followup.letters.preview import faults as letter_faults
from services.followup.letters.preview import placeholders
from services.followup.letters.preview import previews as letter_previews
from services.followup.letters.templates import folder_of_a_firm as folder_of_letters
from services.followup.policies import POLICIES
from services.followup.projections.callbacks import CALLBACKS
from services.followup.projections.clock_inputs import CLOCK_INPUTS
from services.followup.projections.escalations import ESCALATIONS
from services.followup.projections.overdue_responses import OVERDUE_RESPONSES
from services.followup.reads.callbacks import callbacks
from services.followup.reads.escalations import escalations
from services.followup.reads.letters import VIEWS as LETTER_VIEWS
from services.followup.reads.letters import letters, letters_of
from services.followup.reads.overdue import clocks, overdue
from services.followup.reads.simulation import Simulated, cases_meant, simulate
from services.followup.rebasing import rebasing
from services.followup.what_if.apart import simulate_apart
from services.followup.what_if.question import SimulationQuestion
from shared.runtime.stage import Stage

__all__ = [
    "DRAFTS",
    "LETTER_VIEWS",
    "STAGE",
    "Facts",
    "Simulated",
    "SimulationQuestion",
    "drafted",
    "folder_of_letters",
    "letter_faults",
    "letter_previews",
    "placeholders",
    "simulate_apart",
]

STAGE = Stage(
    "followup",
    COMMANDS,
    projections=(OVERDUE_RESPONSES, CALLBACKS, ESCALATIONS, CLOCK_INPUTS),
    reads={
        "overdue": overdue,
        "clocks": clocks,
        "callbacks": callbacks,
        "escalations": escalations,
        "letters": letters,
        "letters_of": letters_of,
        "simulate": simulate,
        "simulated_cases": cases_meant,
    },
    policies=(*POLICIES, *LETTERS),
    inlets=(rebasing, sound_letters),
)
