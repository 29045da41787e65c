"""A refusal as doors show it: RFC 9457 problem details with one leading code and every fault in both languages."""

from collections.abc import Iterable
from typing import Any

from shared.store.order import Fault
from shared.store.request import Answer
from shared.texts.catalogue import Sentence, sentence

_RANKS = ("H-", "V-KEY", "A-ROLE", "V-", "S-STATE", "A-SELF", "S-GUARD", "C-VER")
_STATUS = {"V-": 422, "A-ROLE": 403, "A-SELF": 403, "S-STATE": 409, "S-GUARD": 409, "C-VER": 409}
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid fields",
    429: "Too many requests",
    500: "Internal error",
    503: "Busy",
}


def rank(fault: Fault) -> int:
    """The place of a fault's class in the order of checks."""
    return next(place for place, prefix in enumerate(_RANKS) if fault.code.startswith(prefix))


def status_of(code: str) -> int:
    """The HTTP status that a code stands for."""
    if code.startswith("H-"):
        return int(code[2:])
    return next(status for prefix, status in _STATUS.items() if code.startswith(prefix))


def told(fault: Fault) -> Sentence:
    """The fault in words."""
    return sentence("refusals", fault.text).filled(fault.values)


def problem(faults: Iterable[Fault]) -> Answer:
    """The answer to a refused command; `code` and status are those of the first fault in the order of checks."""
    ordered = sorted(faults, key=rank)
    code, status = ordered[0].code, status_of(ordered[0].code)
    lines = [(fault, told(fault)) for fault in ordered]
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES[status],
        "status": status,
        "code": code,
        "detail": "; ".join(f"{fault.field}: {words.both}" if fault.field else words.both for fault, words in lines),
        "errors": [{"field": fault.field, "code": fault.code, "message": words.both} for fault, words in lines],
    }
    return Answer(status, body)
