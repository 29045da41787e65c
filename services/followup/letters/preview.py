"""Letters as a customer would read them, filled with samples: for whoever writes a template. No server is needed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from services.followup.letters.templates import LANGUAGES, BadLetter, Letters, letters_in

_COMMON: Mapping[str, Mapping[str, Any]] = {
    "zh": {
        "case_id": "z96q-rsy14",
        "contact_name": "张伟",
        "mould": "M-2024-0117",
        "state": "已分类",
        "urgency": "紧急",
        "next_step": "工程师诊断",
        "next_at": "2026-11-25 14:00 (Asia/Shanghai)",
        "owner": "specialist",
    },
    "en": {
        "case_id": "z96q-rsy14",
        "contact_name": "Jo Miller",
        "mould": "M-2024-0117",
        "state": "Triaged",
        "urgency": "Urgent",
        "next_step": "an engineer looks into it",
        "next_at": "2026-11-25 14:00 (Asia/Shanghai)",
        "owner": "specialist",
    },
}
_VISIT = {"visit_at": "2026-11-26 09:00 (Asia/Shanghai)"}
_STEP = {"seq": 1, "action": "80 → 95", "before": "80", "after": "95", "unit": "bar"}
OWN: Mapping[str, Mapping[str, Any]] = {
    "state": {},
    "progress": {},
    "acknowledgement": {"process_explained": "…", "estimate": "…"},
    "remote_steps": {"steps": [_STEP, {**_STEP, "seq": 2, "before": None}], "part": 1, "parts": 2, "outcome": "…"},
    "onsite_rejected": {"alternative": "…"},
    "visit_confirmed": _VISIT,
    "visit_moved": _VISIT,
    "visit_cancelled": _VISIT,
    "plan_agreed": {"plan_version": 1, "agreed_until": "2026-11-27 18:00 (Asia/Shanghai)"},
    "trial_sheet": {"signed_at": "2026-11-26 17:00 (Asia/Shanghai)"},
    "clocks_resumed": {"reason": "…", "since": "2026-11-12 11:00 (Asia/Shanghai)", "days": 10},
    "completion_report": {"usage_advice": "…", "open_issues": 1},
}
"""What each letter may say besides what every letter may say, with samples."""


class Preview(Struct, frozen=True):
    """A letter with samples in it; `letter` is its name with version and language. `fault`: why it cannot be used."""

    letter: str
    text: str
    fault: str = ""


def placeholders(name: str) -> list[str]:
    """What a template of this name may use. Raises: KeyError for a letter that nobody sends."""
    return [*_COMMON["en"], *OWN[name]]


def previews(folder: Path | None, name: str | None = None, language: str | None = None) -> list[Preview]:
    """The letters of the product with those of a folder, as they would be sent. Raises: BadLetter."""
    found = letters_in(folder)
    return [
        _preview(found, one, tongue)
        for one in (OWN if name is None else (name,))
        for tongue in LANGUAGES
        if language in (None, tongue)
    ]


def faults(folder: Path | None) -> Iterator[str]:
    """Every template that cannot be used, each with its fault; full and empty values are tried."""
    try:
        found = letters_in(folder)
    except BadLetter as fault:
        yield str(fault)
        return
    for name in found.names:
        if name not in OWN:
            yield f"{name}: 没有这种信函 / there is no such letter"
            continue
        yield from (one.fault for language in LANGUAGES if (one := _preview(found, name, language)).fault)


def _preview(found: Letters, name: str, language: str) -> Preview:
    if name not in OWN:
        return Preview(name, "", f"{name}: 没有这种信函 / there is no such letter")
    try:
        letter, text = found.write(name, language, {**_COMMON[language], **OWN[name]})
    except BadLetter as fault:
        return Preview(f"{name}.{language}", "", str(fault))
    return Preview(letter, text)
