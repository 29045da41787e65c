"""The form of a correction: a person picks an event and a field of it, sees what stands there, and types what is right.

Which input the new value gets depends on the field, so the form is asked in steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from services.console.case_events import CaseEvent, counting
from services.console.pages.forms.presets import shown
from services.console.pages.forms.shape import FormField, fields_at, shape_of
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.typed import FILE_NAME, Typed, one
from services.console.pages.in_words import value_in_words
from services.console.pages.language import Words
from shared.case.effective import REVISING
from shared.events.catalogue import EVENTS
from shared.events.paths import value_at

COMMAND = "CorrectRecord"
_VALUES = ("old_value", "new_value")
_COMPOUND = frozenset({"group", "rows"})


def correctable(events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """The events of which something may be corrected, the newest first."""
    return [one for one in reversed(counting(events)) if one.type not in REVISING]


def paths_in(event: CaseEvent) -> list[str]:
    """Every single value of an event that stands there, or may be given at its top."""
    return list(_paths(shape_of(EVENTS[event.type]), event.data, ""))


def _paths(fields: Sequence[FormField], data: Mapping[str, Any], way: str) -> Iterator[str]:
    for field in fields:
        path, value = f"{way}{field.name}", data.get(field.name)
        if field.kind not in _COMPOUND:
            yield path
        elif isinstance(value, dict):
            yield from _paths(field.fields, value, f"{path}.")
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from _paths(field.fields, inner, f"{path}[{index}].")


def aimed(
    fields: Sequence[FormField], now: Situation, given: Typed, words: Words, *, keep_old: bool
) -> tuple[tuple[FormField, ...], dict[str, Sequence[str]]]:
    """The fields that can be asked so far, and what was given with what stands there now.

    `keep_old`: the old value that the person saw goes along, so that a correction in between is noticed.
    """
    wanted, path = one(given, "target_event_id"), one(given, "field_path")
    event = next((each for each in correctable(now.events) if each.event_id == wanted), None)
    now.chosen = event
    if event is None or path not in paths_in(event):
        return tuple(field for field in fields if field.name not in _VALUES), dict(given)
    stands, struct = value_at(event.data, path), EVENTS[event.type]
    meant = fields_at(struct, path)[-1][1]
    assert meant is not None
    filled = dict(given)
    if not (keep_old and "old_value" in given):
        filled["old_value"] = [msgspec.json.encode(stands).decode()]
        filled["old_value" + FILE_NAME] = [value_in_words(words, struct, path, stands)]
    if "new_value" not in given and not isinstance(stands, dict):
        text = shown(stands, meant)
        filled["new_value"] = text if isinstance(text, list) else [text]
    asked = replace(meant, name="new_value", owner="RecordCorrected", is_required=False, says_null=True)
    return tuple(asked if field.name == "new_value" else field for field in fields), filled
