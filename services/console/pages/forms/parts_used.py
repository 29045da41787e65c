"""The parts that a case used, as the form of the archive shows them: issued or not, and where the old ones went."""

from collections.abc import Iterator

from msgspec import Struct

from services.console.pages.forms.situation import Situation

COMMAND = "ArchiveCase"
"""The form that shows them."""


class PartUsed(Struct, frozen=True):
    """One part of one job. `is_issued`: the store gave it out for this case; `old_part`: where the old one went."""

    part_no: str
    name: str
    qty: float
    unit: str
    old_part: str
    is_issued: bool


def parts_used(now: Situation) -> Iterator[PartUsed]:
    """In the order of the work; what was used without issue is no fault, but stands there to be seen (B-10)."""
    issued = {part["part_no"] for event in now.all("SparesIssued") for part in event.data["parts"]}
    for event in now.all("WorkPerformed"):
        for part in event.data.get("parts", ()):
            number = part["part_no"]
            yield PartUsed(number, part["name"], part["qty"], part["unit"], part["old_part"], number in issued)
