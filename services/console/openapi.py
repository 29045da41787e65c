"""OpenAPI 3.1 from the registry: every route with the fields of its event, so that nothing is described twice."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct, inspect

from services.console.openapi_reads import read_paths
from services.console.routes import Route, RouteTable
from shared.store.checker import set_by_service
from shared.store.request import Circumstances

_REFERENCE = "#/components/schemas/{name}"
_ACCEPTED = {
    "type": "object",
    "required": ["id", "version", "sequence", "state", "event"],
    "properties": {
        "id": {"type": "string"},
        "case_id": {"type": "string"},
        "version": {"type": "integer", "minimum": 1},
        "sequence": {"type": "integer", "minimum": 1},
        "state": {"type": "string"},
        "event": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": {"type": "string", "format": "uuid"}, "type": {"type": "string"}},
        },
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "pattern": "^[VSACH]-[A-Z0-9]+$"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}
REFUSAL = {
    "description": "Refused; every failing field is named.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_HEADERS = (
    ("Idempotency-Key", "The command id; repeated, it gets the first answer.", {"type": "string", "format": "uuid"}),
    ("If-Match", "The version that the caller saw.", {"type": "string", "pattern": '^"?[0-9]+"?$'}),
)


def document(table: RouteTable, version: str) -> dict[str, Any]:
    """The whole document."""
    routes = [route for route in table.routes if not route.command.is_system]
    paths: dict[str, Any] = read_paths()
    for route in routes:
        paths.setdefault(f"/api/v1{route.path}", {})["post"] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Moldcare",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": {**_schemas(routes), "Accepted": _ACCEPTED, "Problem": _PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "moldcare_session"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    command = route.command
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
        for name, text, schema in _HEADERS
    ]
    if route.action is not None:
        schema = {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}
        parameters.insert(0, {"name": "id", "in": "path", "required": True, "schema": schema})
    accepted = {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}
    return {
        "operationId": command.name,
        "tags": [route.collection],
        "summary": (command.event.__doc__ or "").strip().partition("\n")[0],
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{command.name}"}}},
        },
        "responses": {
            "201": {"description": "Accepted: exactly one event.", "content": accepted},
            "200": {"description": "Known already: the first answer, no new event.", "content": accepted},
            **{str(status): REFUSAL for status in (400, 401, 403, 404, 409, 413, 415, 422, 503)},
        },
    }


def _schemas(routes: list[Route]) -> dict[str, Any]:
    events = [route.command.event for route in routes]
    _, found = msgspec.json.schema_components([*events, Circumstances], ref_template=_REFERENCE)
    components: dict[str, Any] = {name: dict(schema) for name, schema in found.items()}
    for struct in _structs(events):
        _close(components[struct.__name__], struct)
    shared = components.pop("Circumstances")["properties"]
    shared.pop("import_batch")
    for route in routes:
        schema = components[route.command.event.__name__]
        body = {**schema, "title": route.command.name, "properties": {**schema["properties"], **shared}}
        components[route.command.name] = body
    for event in events:
        components.pop(event.__name__, None)
    return components


def _close(schema: dict[str, Any], struct: type[Struct]) -> None:
    """Leave out what the service sets, and say that nothing else may be given."""
    hidden = {field.name for field in _shape(struct).fields if set_by_service(field.type)}
    schema["properties"] = {name: one for name, one in schema["properties"].items() if name not in hidden}
    schema["required"] = [name for name in schema.get("required", ()) if name not in hidden]
    schema["additionalProperties"] = False
    schema["description"] = re.sub(r"\s+", " ", struct.__doc__ or "").strip()


def _shape(struct: type[Struct]) -> inspect.StructType:
    shape = inspect.type_info(struct)
    if not isinstance(shape, inspect.StructType):
        raise TypeError(f"{struct} is no struct")
    return shape


def _structs(roots: list[type[Struct]]) -> Iterator[type[Struct]]:
    """All structs that these mention, each once."""
    seen: set[type[Struct]] = set()
    waiting: list[Any] = [_shape(root) for root in roots]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType):
            if kind.cls in seen:
                continue
            seen.add(kind.cls)
            yield kind.cls
            waiting += [field.type for field in kind.fields]
        else:
            waiting += [
                getattr(kind, name) for name in ("type", "item_type", "key_type", "value_type") if hasattr(kind, name)
            ]
            waiting += getattr(kind, "types", ())
