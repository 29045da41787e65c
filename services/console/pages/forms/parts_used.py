"""The parts that a case used, as the form of the archive shows them: issued or not, and where the old ones went."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from services.console.pages.forms.situation import Situation

COMMAND = "ArchiveCase"
"""The form that shows them."""


class PartUsed(Struct, frozen=True):
    """One part of one job. `is_issued`: the store gave all of it out; `old_part`: where the old one is."""

    part_no: str
    name: str
    qty: float
    unit: str
    old_part: str
    is_issued: bool


def parts_used(now: Situation) -> Iterator[PartUsed]:
    """In the order of the work; what was used beyond what the store gave is no fault, but is to be seen (B-10)."""
    left = defaultdict[str, float](float)
    for event in now.all("SparesIssued"):
        for part in event.data["parts"]:
            left[part["part_no"]] += part["qty"]
    for event in now.all("WorkPerformed"):
        for part in event.data.get("parts", ()):
            number = part["part_no"]
            left[number] -= part["qty"]
            is_issued = left[number] > -0.0005
            yield PartUsed(number, part["name"], part["qty"], part["unit"], part["old_part"], is_issued)
