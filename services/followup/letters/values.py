"""What fills a letter: the facts of the case that a customer is told, in words of his language. Pure.

Names and texts of people stay sealed in the letter; they are opened when it is sent.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from shared.case.state import Case, is_known, report_of, urgency_of
from shared.clocks.clock import COMPANY_ZONE
from shared.events.customer import CustomerRegistered
from shared.events.vocabulary import CaseState
from shared.masters.customer import Customer
from shared.texts.catalogue import Sentence, sentence


class Reader(Struct, frozen=True):
    """For whom a letter is written: language and time zone."""

    language: str
    zone: ZoneInfo

    def word(self, catalogue: str, key: str) -> str:
        """A sentence in this language. Raises: KeyError."""
        found: Sentence = sentence(catalogue, key)
        return found.en if self.language == "en" else found.zh

    def instant(self, at: datetime | None) -> str:
        """A time as it is read there, with its zone; empty when there is none."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M} ({self.zone.key})" if at is not None else ""


def reader_of(case: Case, customer: Customer | None) -> Reader:
    """The customer's language and the zone of the site; Chinese and the company's zone where nothing is known."""
    registered = customer.registered if customer is not None else None
    if registered is None:
        return Reader("zh", COMPANY_ZONE)
    return Reader(registered.language.value, _zone(case, registered))


def _zone(case: Case, registered: CustomerRegistered) -> ZoneInfo:
    named = report_of(case).site
    site = next((one for one in registered.sites if one.site == named), next(iter(registered.sites), None))
    try:
        return ZoneInfo(site.time_zone) if site is not None else COMPANY_ZONE
    except (ZoneInfoNotFoundError, ValueError):
        return COMPANY_ZONE


def common(case_id: str, case: Case, state: CaseState, reader: Reader, next_at: datetime | None) -> dict[str, Any]:
    """What every letter may say (B-20): number, mould, state, next step, next time, and whom to ask."""
    report = report_of(case)
    return {
        "case_id": case_id,
        "contact_name": report.contact_name if is_known(report.contact_name) else "",
        "mould": report.mould_no if is_known(report.mould_no) else "",
        "state": reader.word("words", f"CaseState.{state}"),
        "urgency": reader.word("words", f"Urgency.{urgency_of(case)}"),
        "next_step": reader.word("letters", f"next.{state}"),
        "next_at": reader.instant(next_at),
        "owner": case.intake.owner,
    }
