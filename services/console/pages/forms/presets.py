"""What a form shows before anybody typed: what the case says already, and the present instant where that is meant."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from services.console.pages.forms.body import local
from services.console.pages.forms.preset_rows import preset_rows
from services.console.pages.forms.preset_values import has_preset, preset_of
from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.tables import LATER, NOW, NOW_INSIDE, QUIET_ROWS
from services.console.pages.forms.typed import GIVEN, inside, row_path


def prefilled(fields: Sequence[FormField], now: Situation) -> dict[str, list[str]]:
    """The values of an empty form by path."""
    shown: dict[str, list[str]] = {}
    for path, value, is_quiet in _values(fields, now, "", is_quiet=False):
        shown[path] = value if isinstance(value, list) else [value]
        if is_quiet:
            shown[path + GIVEN] = list(shown[path])
    return shown


def _values(
    fields: Sequence[FormField], now: Situation, path: str, *, is_quiet: bool
) -> Iterator[tuple[str, Any, bool]]:
    for field in fields:
        below = inside(path, field.name)
        if field.kind == "group":
            yield from _values(field.fields, now, below, is_quiet=is_quiet or not field.is_required)
        elif field.kind == "rows":
            for index, row in enumerate(preset_rows(field, now)):
                for name, value in row.items():
                    yield inside(row_path(below, index), name), _text_of(value), field.name in QUIET_ROWS
        elif value := _text_of(_value(field, now, below)):
            yield below, value, is_quiet


def shown(value: Any, field: FormField) -> Any:
    """A stored value as the input of its field shows it: a text, or texts where several may be given."""
    match value:
        case str() if field.kind == "instant":
            return local(datetime.fromisoformat(value))
        case str() if field.kind == "note":
            return value.removeprefix("note:")
        case int() if field.kind == "money":
            return f"{value / 100:.2f}"
        case list() if field.kind == "lines":
            return "\n".join(map(str, value))
    return _text_of(value)


def _text_of(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return local(value)
        case float():
            return f"{value:.3f}".rstrip("0").rstrip(".")
        case list():
            return [str(one) for one in value]
    return str(value)


def _value(field: FormField, now: Situation, path: str) -> Any:
    if path in NOW_INSIDE or (field.name in NOW and field.kind == "instant"):
        return now.now
    if field.name in LATER:
        return now.now + LATER[field.name]
    if has_preset(field, path):
        return preset_of(field, now, path)
    return field.options[0] if field.kind == "choice" and field.is_required and len(field.options) == 1 else None
