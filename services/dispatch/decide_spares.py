"""The rules of spare parts: kept for a case, issued, and brought back when they were not used (B-10). Pure."""

from collections.abc import Iterable, Iterator

from shared.case.facts.dispatch import SparePart
from shared.case.state import Case
from shared.events.case.spares import SparesIssued, SparesReserved, SparesReturned, StoredPart
from shared.events.shapes import ReplacedPart
from shared.rules.acting import of_the_store, our_people, refuse, sent
from shared.rules.fields import filled, listed_once, whole_pieces
from shared.store.order import Fault, Known, Order


def may_store(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Of the departments the store."""
    yield from of_the_store(order)


def may_bring_back(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """The store, or a technician who is sent."""
    yield from of_the_store(order)
    yield from sent(order, case)


def check_parts(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Each part once, pieces whole, in the unit in which the case counts it."""
    parts = order.draft.parts
    yield from filled(order.draft, "parts")
    yield from listed_once([part.part_no for part in parts or ()], "parts[{}].part_no")
    yield from whole_pieces(parts, "parts")
    yield from in_one_unit(parts, case)


def in_one_unit(parts: Iterable[StoredPart | ReplacedPart] | None, case: Case) -> Iterator[Fault]:
    """What the case counts already is given in the same unit."""
    for index, part in enumerate(parts or ()):
        unit = _of(case, part).unit
        if part.unit != unit:
            yield Fault("V-FMT", "other_unit", f"parts[{index}].unit", {"name": unit})


def check_issue(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Parts go to one of our people."""
    draft: SparesIssued = order.draft
    yield from check_parts(order, case, known)
    if draft.to_person is not None:
        yield from our_people(known, [draft.to_person], "to_person")


def _of(case: Case, part: StoredPart | ReplacedPart) -> SparePart:
    """What the case knows of a part; nothing so far when it is new."""
    found = (one for one in case.dispatch.spares if one.part_no == part.part_no)
    return next(found, SparePart(part.part_no, part.unit))


def reserve_spares(order: Order, case: Case, known: Known) -> SparesReserved:
    """Parts are kept for the case."""
    draft: SparesReserved = order.draft
    return draft


def issue_spares(order: Order, case: Case, known: Known) -> SparesIssued:
    """No more goes out than was reserved, unless for a reason."""
    draft: SparesIssued = order.draft
    if draft.reason is None:
        left = {part.part_no: _of(case, part).reserved - _of(case, part).issued for part in draft.parts}
        refuse(_at_most(draft.parts, left, "more_than_reserved"))
    return draft


def return_spares(order: Order, case: Case, known: Known) -> SparesReturned:
    """No more comes back than is out and was not used."""
    draft: SparesReturned = order.draft
    known_parts = [_of(case, part) for part in draft.parts]
    left = {one.part_no: one.issued - one.used - one.returned for one in known_parts}
    refuse(_at_most(draft.parts, left, "more_than_issued"))
    return draft


def _at_most(parts: list[StoredPart], left: dict[str, float], text: str) -> Iterator[Fault]:
    for index, part in enumerate(parts):
        most = max(0.0, round(left[part.part_no], 3))
        if part.qty > most:
            yield Fault("S-GUARD", text, f"parts[{index}].qty", {"name": part.part_no, "most": f"{most:g}"})
