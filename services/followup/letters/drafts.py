"""Letters that a person may begin with: what stands in every letter, filled from a case. Pure."""

from datetime import datetime

from msgspec import Struct

from services.followup.letters.templates import letters
from services.followup.letters.values import Reader
from shared.clocks.clock import COMPANY_ZONE
from shared.events.vocabulary import CaseState, Notice, Urgency

DRAFTS: dict[str, Notice] = {"state": Notice.STATE, "progress": Notice.PROGRESS}
"""The letters that need nothing but the case, and what each is to the customer."""


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a case; empty what is not."""

    case_id: str
    state: CaseState
    urgency: Urgency
    contact_name: str = ""
    mould: str = ""
    next_at: datetime | None = None


def drafted(name: str, language: str, facts: Facts) -> str:
    """The text of a letter in one language. Raises: BadLetter."""
    reader = Reader(language, COMPANY_ZONE)
    values = {
        "case_id": facts.case_id,
        "contact_name": facts.contact_name,
        "mould": facts.mould,
        "state": reader.word("words", f"CaseState.{facts.state}"),
        "urgency": reader.word("words", f"Urgency.{facts.urgency}"),
        "next_step": reader.word("letters", f"next.{facts.state}"),
        "next_at": reader.instant(facts.next_at),
        "owner": "",
    }
    return letters().write(name, language, values)[1]
