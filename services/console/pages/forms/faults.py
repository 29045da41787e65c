"""Puts every fault of a refusal at the field it is about, and all of them into a summary with links."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from services.console.pages.language import Words
from shared.store.request import Answer


class FoundFault(Struct, frozen=True):
    """A fault in words, and the field it is about; no field: the command as a whole."""

    path: str
    text: str


class SummaryLine(Struct, frozen=True):
    """A line of the summary; `anchor` empty: there is no such field in the form."""

    anchor: str
    label: str
    text: str


def found_in(answer: Answer | None, words: Words) -> list[FoundFault]:
    """The faults of an answer in one language."""
    if answer is None or answer.is_accepted:
        return []
    return [FoundFault(error["field"], words.one(error["message"])) for error in answer.body["errors"]]


def at_fields(faults: Iterable[FoundFault], known: Mapping[str, str]) -> dict[str, str]:
    """The faults by path of the nearest field that the form has."""
    found: dict[str, str] = {}
    for fault in faults:
        path = nearest(fault.path, known)
        if path:
            found[path] = f"{found[path]} {fault.text}" if path in found else fault.text
    return found


def nearest(path: str, known: Mapping[str, str]) -> str:
    """The path itself, or the group or list around it that the form has; empty when it has none."""
    while path and path not in known:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return path


def summary_of(faults: Iterable[FoundFault], known: Mapping[str, str], words: Words) -> Sequence[SummaryLine]:
    """All faults with the names of their fields."""
    lines = []
    for fault in faults:
        path = nearest(fault.path, known)
        label = known.get(path) or (words.field("", fault.path.rpartition(".")[2]) if fault.path else "")
        lines.append(SummaryLine(path, label, fault.text))
    return lines
