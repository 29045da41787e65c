"""Hints on forms: probable duplicates of a report before it is sent, and which forms show advice."""

from collections.abc import Sequence
from typing import Any

from services.console.advice import MODELS, REPORTERS, hints
from services.console.pages.forms.typed import Typed, one
from services.console.reading import Reading
from services.console.sessions import Visitor

ADVISED_FORMS = frozenset({"Classify", "Reclassify", "AssessWarranty", "PrepareService"})
LOOKED_AT = "not_duplicate_of"
"""The field that records which probable duplicates somebody looked at."""
_SHOWN = 10


def looked_at(given: Typed) -> list[str]:
    """The cases that are named as looked at."""
    return [case_id for value in given.get(LOOKED_AT, ()) for case_id in value.split()]


async def hinted(reading: Reading, visitor: Visitor, given: Typed) -> Sequence[Any]:
    """Cases that may tell of the same problem as what was typed; none for who registers only for himself."""
    if not visitor.has(*REPORTERS):
        return ()
    contact = one(given, "contact_phone") or one(given, "contact_email")
    mould_no = one(given, "mould_id") or one(given, "mould_no")
    async with reading.at(MODELS) as (connection, _):
        found = await hints(reading, connection, visitor, mould_no, contact, one(given, "problem_description"))
    return found[:_SHOWN]
