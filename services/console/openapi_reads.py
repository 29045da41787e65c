"""The reads, files and sign-in of the API as OpenAPI paths."""

from collections.abc import Sequence
from typing import Any

from services.console.api_watch import TOLD, WINDOWS
from services.console.queries import SORT_NAMES
from services.intake.stage import STATUSES, VIEWS

_TEXT = {"type": "string"}
_ID = {"name": "id", "in": "path", "required": True, "schema": _TEXT}
_ORIGINAL = {"name": "original", "in": "query", "required": False, "schema": {"type": "boolean"}}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": 500}
_AFTER = {"type": "integer", "minimum": 0}
_PROBLEM = {
    "description": "Refused.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_CURSOR = {"cursor": _TEXT, "limit": _LIMIT}

_READS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "cases",
        "Cases, by view.",
        {"view": {"enum": list(VIEWS)}, "q": _TEXT, "sort": {"enum": list(SORT_NAMES)}, **_CURSOR},
    ),
    ("cases/{id}", "One case.", {"as_of": _TEXT}),
    ("cases/{id}/events", "The events of one case.", {}),
    (
        "cases/{id}/clocks",
        "The clocks of one case: due, used, what was counted, paused and closed, and by which events.",
        {"as_of": _TEXT},
    ),
    ("cases/{id}/advice", "What helps to judge a case: mould, history, similar cases, duplicates, skills.", {}),
    (
        "duplicates",
        "Cases that may tell of a problem about to be registered.",
        {"mould_no": _TEXT, "contact": _TEXT, "text": _TEXT},
    ),
    ("cases/{id}/warranty", "What the warranty of the mould advises on the day of the fault; a person decides.", {}),
    ("overdue", "Clocks that nobody stopped by their due time.", {"as_of": _TEXT}),
    ("metrics", "Figures with n and the cases behind them.", {"period": _TEXT, "by": _TEXT, "as_of": _TEXT}),
    ("callbacks", "Call-backs to be made, due first in front.", {"window": {"enum": list(WINDOWS)}, **_CURSOR}),
    (
        "escalations",
        "Cases that were raised and wait for somebody, the highest level first.",
        {"told": {"enum": list(TOLD)}, **_CURSOR},
    ),
    ("messages", "Messages that came in, newest first.", {"status": {"enum": list(STATUSES)}, **_CURSOR}),
    ("events", "The log, verbatim, from a position on.", {"limit": _LIMIT}),
    ("customers", "Customers.", _CURSOR),
    ("customers/{id}", "One customer.", {}),
    ("moulds", "Moulds.", _CURSOR),
    ("moulds/{id}", "One mould.", {}),
    ("moulds/{id}/events", "The events of one mould.", {}),
    ("channels", "Channels on which customers reach us.", _CURSOR),
    ("channels/{id}", "One channel.", {}),
    ("channels/{id}/events", "The events of one channel.", {}),
    ("channels/{id}/untold-customers", "Customers not told of its present version.", {"limit": _LIMIT}),
    ("departments", "Departments and what they subscribed to.", _CURSOR),
    ("departments/{id}", "One subscription.", {}),
    ("departments/{id}/events", "The events of one subscription.", {}),
    ("improvements", "Improvements and where they stand.", _CURSOR),
    ("improvements/{id}", "One improvement.", {}),
    ("improvements/{id}/events", "The events of one improvement.", {}),
    ("reports", "Quality reports.", _CURSOR),
    ("reports/{id}", "One quality report.", {}),
    ("reports/{id}/events", "The events of one quality report.", {}),
    ("staff", "Our people and other users.", _CURSOR),
    ("staff/{id}", "One user.", {}),
    ("policies", "Rules as data, every version.", _CURSOR),
    ("policies/{id}", "One policy or vocabulary.", {}),
    ("status", "How far every read model has come.", {}),
)


def _answers(status: str, description: str, media_type: str = "application/json") -> dict[str, Any]:
    content = {media_type: {"schema": {} if media_type == "application/json" else {"type": "string"}}}
    told = {"description": description, **({"content": content} if status != "204" else {})}
    return {status: told, **{str(code): _PROBLEM for code in (400, 401, 403, 404, 413, 422, 429, 503)}}


def _read(path: str, summary: str, query: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in {**query, "after": _AFTER}.items()
    ]
    if "{id}" in path:
        parameters.insert(0, {"name": "id", "in": "path", "required": True, "schema": _TEXT})
    name = "read-" + path.replace("/{id}", "-one").replace("/", "-")
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": _answers("200", summary)}


def _json_body(fields: dict[str, Any], required: Sequence[str] | None = None) -> dict[str, Any]:
    needed = sorted(fields if required is None else required)
    schema = {"type": "object", "required": needed, "properties": fields, "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _sign_ins() -> dict[str, Any]:
    """Sign-in, sign-out and passwords."""
    session = {"user": _TEXT, "password": _TEXT}
    return {
        "/api/v1/session": {
            "post": {
                "operationId": "sign-in",
                "security": [],
                "requestBody": _json_body(session),
                "responses": _answers("200", "A token for programs."),
            },
            "delete": {"operationId": "sign-out", "responses": _answers("204", "Signed out.")},
        },
        "/api/v1/staff/{id}/password": {
            "put": {
                "operationId": "set-password",
                "parameters": [_ID],
                "requestBody": _json_body({"password": {"type": "string", "minLength": 8, "maxLength": 200}}),
                "responses": _answers("204", "Set; all sessions of the user have ended."),
            }
        },
    }


def _questions() -> dict[str, Any]:
    """What is computed when it is asked."""
    draft, instant = {"type": "object"}, {"type": "string", "format": "date-time"}
    simulation = {
        "policy": draft,
        "calendar": draft,
        "received_from": instant,
        "received_to": instant,
        "limit": {"type": "integer", "minimum": 0, "maximum": 100_000},
    }
    return {
        "/api/v1/simulations": {
            "post": {
                "operationId": "simulate",
                "summary": "What drafts of service levels, of the calendar or of both would have changed.",
                "requestBody": _json_body(simulation, ("received_from", "received_to")),
                "responses": _answers("200", "Both sides, counted; nothing is recorded."),
            }
        },
    }


def _contents() -> dict[str, Any]:
    """Files and messages as they came."""
    anything = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    return {
        "/api/v1/files": {
            "post": {
                "operationId": "put-file",
                "parameters": [{"name": "name", "in": "query", "required": False, "schema": _TEXT}],
                "requestBody": anything,
                "responses": {**_answers("201", "Kept."), "200": _answers("200", "Already there.")["200"]},
            }
        },
        "/api/v1/messages/{id}/set-aside": {
            "post": {
                "operationId": "set-message-aside",
                "parameters": [_ID],
                "responses": _answers("204", "Nothing is to be done about it; who said so first stands."),
            }
        },
        "/api/v1/messages/{id}/raw": {
            "get": {
                "operationId": "read-message",
                "parameters": [_ID],
                "responses": _answers("200", "The message as it came.", "message/rfc822"),
            }
        },
        "/api/v1/files/{id}": {
            "get": {
                "operationId": "read-file",
                "parameters": [_ID, _ORIGINAL],
                "responses": _answers(
                    "200", "The bytes; of a drawing a copy that names its reader.", "application/octet-stream"
                ),
            }
        },
    }


def read_paths() -> dict[str, Any]:
    """All paths that are no commands."""
    reads = {f"/api/v1/{path}": {"get": _read(path, summary, query)} for path, summary, query in _READS}
    for path, item in (_sign_ins() | _questions() | _contents()).items():
        reads.setdefault(path, {}).update(item)
    return reads
