"""What a person typed: values by the path of their field, `steps[1].observed`, and rows that are added or empty."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import parse_qs

from services.console.pages.forms.shape import FormField

Typed = Mapping[str, Sequence[str]]
REASON = "unknown_reason"
FILE_NAME = "~name"
"""Ends the path of a field that holds the name of a stored file, or the reference of one among several."""
MORE = "~more"
"""Ends the path of an input whose files join those that a field holds."""
GIVEN = "~given"
"""Ends the path of a field that holds what the form was filled with: left as it was, it says nothing."""
ADD, DROP, FILL = "~add", "~drop", "~fill"
"""Buttons that post the form back to itself."""
_MOST_ROWS = 200
_MOST_FIELDS = 5000
_ROW = re.compile(r"\[(\d{1,4})\]")


def typed(raw: bytes) -> dict[str, list[str]]:
    """The fields of a posted form; bytes that are no UTF-8 become replacement characters.

    More fields than any form of ours has are no form of ours, and nothing of them is taken.
    """
    try:
        return parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def one(given: Typed, path: str) -> str:
    """The last value of a field that is not blank, without blanks around it."""
    return next((text for value in reversed(given.get(path, ())) if (text := value.strip())), "")


def rows_of(given: Typed, path: str) -> list[int]:
    """The numbers of the rows that were typed below a path, ascending."""
    found = {int(match[1]) for name in given if name.startswith(path) and (match := _ROW.match(name, len(path)))}
    return sorted(found)[:_MOST_ROWS]


def row_path(path: str, index: int) -> str:
    """The path of one row."""
    return f"{path}[{index}]"


def inside(path: str, name: str) -> str:
    """The path of a field of a group or row; at the top its own name."""
    return f"{path}.{name}" if path else name


def is_empty(fields: Iterable[FormField], given: Typed, path: str) -> bool:
    """Whether nothing was typed for a group or row but what the form was filled with."""
    return not any(_says(field, given, inside(path, field.name)) for field in fields)


def _says(field: FormField, given: Typed, path: str) -> bool:
    if field.none and one(given, none_path(field, path)):
        return True
    match field.kind:
        case "group":
            return not is_empty(field.fields, given, path)
        case "rows":
            return any(not is_empty(field.fields, given, row_path(path, index)) for index in rows_of(given, path))
        case "fixed":
            return True
        case "place" | "denied":
            return False
        case _:
            return one(given, path) not in ("", one(given, path + GIVEN))


def none_path(field: FormField, path: str) -> str:
    """The path of the flag that says there is none of a field."""
    return path.removesuffix(field.name) + field.none


def compact(fields: Sequence[FormField], given: Typed) -> dict[str, list[str]]:
    """The same without empty rows, the others numbered from 0, so that faults of the body name the rows shown."""
    kept = {path: list(values) for path, values in given.items()}
    for field, path in _lists(fields, ""):
        rows = [index for index in rows_of(given, path) if not is_empty(field.fields, given, row_path(path, index))]
        kept = _renumbered(kept, path, rows)
    return kept


def without_row(fields: Sequence[FormField], given: Typed, row: str) -> dict[str, list[str]]:
    """The same without one row; the rows behind it move up."""
    kept = {name: list(values) for name, values in given.items() if not name.startswith(f"{row}.")}
    for _, path in _lists(fields, ""):
        kept = _renumbered(kept, path, rows_of(kept, path))
    return kept


def _lists(fields: Iterable[FormField], path: str) -> Iterator[tuple[FormField, str]]:
    """The repeating groups with their paths; none stands inside another."""
    for field in fields:
        below = inside(path, field.name)
        if field.kind == "rows":
            yield field, below
        elif field.kind == "group":
            yield from _lists(field.fields, below)


def _renumbered(given: dict[str, list[str]], path: str, wanted: Sequence[int]) -> dict[str, list[str]]:
    places = {old: new for new, old in enumerate(wanted)}
    kept: dict[str, list[str]] = {}
    for name, values in given.items():
        match = _ROW.match(name, len(path)) if name.startswith(path) else None
        if match is None:
            kept[name] = values
        elif int(match[1]) in places:
            kept[f"{path}[{places[int(match[1])]}]{name[match.end() :]}"] = values
    return kept
