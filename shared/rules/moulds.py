"""What a case asks of its mould: the published fault codes that fit its kind, and the drawings in its list."""

from collections.abc import Iterable, Iterator

from shared.case.state import Case
from shared.clocks.policy import FAULT_CODES
from shared.events.mould import MouldRegistered
from shared.events.shapes import Drawing
from shared.events.vocabulary import MouldKind
from shared.masters.mould import Mould
from shared.store.order import Fault, Known, Order, Reference

_LETTERS = {MouldKind.INJECTION: "I", MouldKind.DIECAST: "D", MouldKind.STAMPING: "S"}


def fault_codes(draft: object, case: Case) -> Iterator[Reference]:
    """The published fault codes."""
    yield Reference("policy", FAULT_CODES, "")


def linked_mould(draft: object, case: Case) -> Iterator[Reference]:
    """The mould that the case is linked to."""
    if case.intake.report is not None and case.intake.report.mould_id is not None:
        yield Reference("mould", case.intake.report.mould_id, "")


def registered_mould(mould_id: str | None, known: Known) -> MouldRegistered | None:
    """The mould as registered, None when there is no link or nothing under it."""
    found = known.get("mould", mould_id or "")
    return found.registered if isinstance(found, Mould) else None


def drawings_listed(drawings: Iterable[Drawing] | None, field: str, mould: MouldRegistered | None) -> Iterator[Fault]:
    """Drawings stand in the list of the linked mould in this revision; without a mould nothing can be checked."""
    if mould is None:
        return
    listed = {(one.doc_id, one.revision) for one in mould.drawings}
    for index, drawing in enumerate(drawings or ()):
        if (drawing.doc_id, drawing.revision) not in listed:
            yield Fault("V-REF", "drawing_not_listed", f"{field}[{index}].doc_id", {"name": drawing.doc_id})


def fitting_code(code: str | None, field: str, kind: MouldKind | None, order: Order, known: Known) -> Iterator[Fault]:
    """A code that was given is published, in use, and fits the kind of mould; common codes fit every kind."""
    if code is None:
        return
    vocabulary = known.vocabulary(FAULT_CODES, order.now)
    published = {one.code: one for one in vocabulary.content.codes} if vocabulary is not None else {}
    if code not in published:
        yield Fault("V-ENUM", "code_not_published", field, {"name": code})
    elif not published[code].active:
        yield Fault("V-ENUM", "code_retired", field, {"name": code})
    elif not code.startswith("C-") and (kind is None or code[0] != _LETTERS.get(kind)):
        yield Fault("V-REF", "code_of_other_kind", field, {"name": code})


def codes_version(order: Order, known: Known) -> int:
    """The version of the fault codes that a decision was made with, 0 before the first."""
    vocabulary = known.vocabulary(FAULT_CODES, order.now)
    return vocabulary.version if vocabulary is not None else 0
