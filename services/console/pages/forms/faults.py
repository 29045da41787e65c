"""Puts every fault of a refusal at the field it is about, and all of them into a summary with links."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from services.console.pages.language import Words
from shared.store.request import Answer

_FLAG = re.compile(r"\b(no_[a-z_]+)=true")
_FIELD = re.compile(r"\b[a-z]+(?:_[a-z]+)+(?:\.[a-z_]+)?\b")
_CODE = re.compile(r"\b[A-Z][A-Z0-9]+(?:_[A-Z]+)*\b")


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
    return [FoundFault(error["field"], spoken(words.one(error["message"]), words)) for error in answer.body["errors"]]


def spoken(text: str, words: Words) -> str:
    """A sentence with the names of the fields, states and roles that it mentions by their codes."""
    text = _FLAG.sub(lambda match: f"“{words.field('', match[1])}”", text)
    text = _FIELD.sub(lambda match: words.field("", match[0].rpartition(".")[2]), text)
    return _CODE.sub(lambda match: next(_names(match[0], words), match[0]), text)


def _names(code: str, words: Words) -> Iterator[str]:
    for group in ("CaseState", "Role", "Channel", "DocumentKind", "PreparationItem", "CallbackPoint", "ClockName"):
        if (name := words.named(group, code)) != code:
            yield name


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
