"""Checkers of single values: texts, numbers, choices, times; each notes what is wrong with its value.

They trim texts and refuse what PostgreSQL text or jsonb cannot hold: U+0000, lone surrogates, numbers that are not
finite.
"""

import math
import re
from datetime import date, datetime
from typing import Any

import msgspec

from shared.store.findings import Check, Findings
from shared.store.order import Reference

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_OR_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DEEPEST = 8


def text(schema: dict[str, Any], multiline: bool, refers: str | None) -> Check:
    """A checker of texts within the limits of their schema; `refers` names the kind of aggregate that they name."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 5000)
    pattern = re.compile(schema["pattern"]) if "pattern" in schema else None
    forbidden = _CONTROL if multiline else _CONTROL_OR_BREAK

    def check(value: Any, field: str, findings: Findings) -> Any:
        if not isinstance(value, str):
            return findings.fault("V-FMT", "not_text", field)
        value = value.strip()
        if not value:
            return findings.fault("V-REQ", "empty", field)
        if forbidden.search(value):
            return findings.fault("V-FMT", "forbidden_character", field)
        if len(value) < least:
            return findings.fault("V-FMT", "too_short", field, least=least)
        if pattern is not None and not pattern.fullmatch(value):
            return findings.fault("V-FMT", "bad_format", field)
        if pattern is None and len(value) > most:
            return findings.fault("V-FMT", "too_long", field, most=most)
        if refers is not None:
            findings.references.append(Reference(refers, value, field))
        return value

    return check


def number(schema: dict[str, Any], whole: bool) -> Check:
    """A checker of numbers within the limits of their schema, whole or with at most three decimals."""
    least, above, most = schema.get("minimum"), schema.get("exclusiveMinimum"), schema.get("maximum", 10**15)

    def check(value: Any, field: str, findings: Findings) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return findings.fault("V-FMT", "not_number", field)
        if isinstance(value, float) and not math.isfinite(value):
            return findings.fault("V-RANGE", "not_finite", field)
        if whole and value != int(value):
            return findings.fault("V-FMT", "not_whole", field)
        if (least is not None and value < least) or (above is not None and value <= above) or value > most:
            return findings.fault("V-RANGE", "out_of_range", field, least=above if least is None else least, most=most)
        if not whole and abs(value * 1000 - round(value * 1000)) > 1e-6:
            return findings.fault("V-FMT", "too_many_decimals", field)
        return int(value) if whole else value

    return check


def choice(values: frozenset[Any]) -> Check:
    """A checker of values of a vocabulary."""

    def check(value: Any, field: str, findings: Findings) -> Any:
        if (
            isinstance(value, list | dict)
            or value not in values
            or isinstance(value, bool) is not (True in values or False in values)
        ):
            return findings.fault(
                "V-ENUM", "not_in_vocabulary", field, allowed=", ".join(map(str, sorted(values, key=str)))
            )
        return value

    return check


def boolean(value: Any, field: str, findings: Findings) -> Any:
    """Yes or no."""
    return value if isinstance(value, bool) else findings.fault("V-FMT", "not_yes_or_no", field)


def instant(value: Any, field: str, findings: Findings) -> Any:
    """An RFC 3339 time with its offset."""
    try:
        moment = msgspec.convert(value, datetime) if isinstance(value, str) else None
    except msgspec.ValidationError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return findings.fault("V-FMT", "not_an_instant", field)
    if not 1990 <= moment.year <= 2200:
        return findings.fault("V-TIME", "impossible_year", field)
    return value


def day(value: Any, field: str, findings: Findings) -> Any:
    """A calendar day."""
    try:
        told = msgspec.convert(value, date) if isinstance(value, str) else None
    except msgspec.ValidationError:
        told = None
    if told is None:
        return findings.fault("V-FMT", "not_a_day", field)
    return value if 1990 <= told.year <= 2200 else findings.fault("V-TIME", "impossible_year", field)


def anything(value: Any, field: str, findings: Findings) -> Any:
    """Any value that PostgreSQL can hold; what it must be is judged where it is known what it is for."""
    if not _can_be_held(value, _DEEPEST):
        return findings.fault("V-FMT", "forbidden_character", field)
    return value


def _can_be_held(value: Any, depth: int) -> bool:
    match value:
        case str():
            return len(value) <= 5000 + len("note:") and not _CONTROL.search(value)
        case float():
            return math.isfinite(value) and abs(value) <= 10**15
        case int():
            return abs(value) <= 10**15
        case list() | dict() if depth == 0 or len(value) > 1000:
            return False
        case list():
            return all(_can_be_held(one, depth - 1) for one in value)
        case dict():
            return all(_can_be_held(one, depth - 1) for pair in value.items() for one in pair)
    return value is None
