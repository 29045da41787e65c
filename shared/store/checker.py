"""Compiles an event struct into a checker of command bodies that collects every fault at once.

It reads the same types and limits that the published JSON Schema is made from.
"""

from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from shared.events.paths import place_of
from shared.events.shapes import Unknown
from shared.store.findings import FAILED, Check, Findings
from shared.store.single_values import anything, boolean, choice, day, instant, number, text

_FAKE = frozenset({"无", "不详", "-", "--", "/", "test", "n/a", "na", "none", "unknown", "未知", "没有", "测试"})


def _list(item: Check) -> Check:
    def check(value: Any, field: str, findings: Findings) -> Any:
        if not isinstance(value, list):
            return findings.fault("V-FMT", "not_a_list", field)
        if len(value) > 1000:
            return findings.fault("V-RANGE", "too_many", field, most=1000)
        checked = [item(one, f"{field}[{index}]", findings) for index, one in enumerate(value)]
        return FAILED if any(one is FAILED for one in checked) else checked

    return check


def _mapping(key: Check, item: Check) -> Check:
    def check(value: Any, field: str, findings: Findings) -> Any:
        if not isinstance(value, dict):
            return findings.fault("V-FMT", "not_an_object", field)
        checked = {
            key(name, f"{field}.{name}", findings): item(one, f"{field}.{name}", findings)
            for name, one in value.items()
        }
        return FAILED if any(FAILED in pair for pair in checked.items()) else checked

    return check


def _unknown(value: dict[str, Any], field: str, findings: Findings) -> Any:
    return (
        compiled(Unknown)(value, field, findings)
        if value.get("unknown") is True
        else findings.fault("V-FMT", "bad_unknown", field)
    )


def _or_unknown(check: Check) -> Check:
    def either(value: Any, field: str, findings: Findings) -> Any:
        if isinstance(value, dict) and "unknown" in value:
            return _unknown(value, field, findings)
        if isinstance(value, str) and value.strip().casefold() in _FAKE:
            return findings.fault("V-FMT", "say_unknown", field)
        return check(value, field, findings)

    return either


def _union(types: tuple[Any, ...]) -> Check:
    kinds = [kind for kind in types if not isinstance(kind, inspect.NoneType)]
    plain = [kind for kind in kinds if not (isinstance(kind, inspect.StructType) and kind.cls is Unknown)]
    if len(plain) != 1:
        raise TypeError(f"a field is one type, or one type and Unknown: {types}")
    return _or_unknown(_compile(plain[0])) if len(plain) < len(kinds) else _compile(plain[0])


def _compile(kind: Any, schema: dict[str, Any] | None = None, extra: dict[str, Any] | None = None) -> Check:
    schema, extra = schema or {}, extra or {}
    match kind:
        case inspect.Metadata():
            return _compile(kind.type, {**(kind.extra_json_schema or {}), **schema}, {**(kind.extra or {}), **extra})
        case inspect.StrType():
            return text(schema, extra.get("sealed") in ("free", "note"), extra.get("refers"))
        case inspect.IntType() | inspect.FloatType():
            return number(schema, whole=isinstance(kind, inspect.IntType))
        case inspect.EnumType():
            return choice(frozenset(member.value for member in kind.cls))
        case inspect.LiteralType():
            return choice(frozenset(kind.values))
        case _:
            return _PLAIN[type(kind)] if type(kind) in _PLAIN else _compound(kind)


def _compound(kind: Any) -> Check:
    match kind:
        case inspect.ListType():
            return _list(_compile(kind.item_type))
        case inspect.DictType():
            return _mapping(_compile(kind.key_type), _compile(kind.value_type))
        case inspect.StructType():
            return compiled(kind.cls)
        case inspect.UnionType():
            return _union(kind.types)
        case _:
            raise TypeError(f"no checker for {kind}")


_PLAIN: dict[type, Check] = {
    inspect.BoolType: boolean,
    inspect.DateTimeType: instant,
    inspect.DateType: day,
    inspect.AnyType: anything,
}


def set_by_service(kind: Any) -> bool:
    """Whether a field of this type is filled by the service and refused in a body."""
    return isinstance(kind, inspect.Metadata) and (
        (kind.extra or {}).get("set_by") == "service" or set_by_service(kind.type)
    )


@cache
def compiled(struct: type[msgspec.Struct]) -> Check:
    """The checker of a struct: raw object in, cleaned object out (or FAILED), all faults into the findings."""
    shape = msgspec.inspect.type_info(struct)
    assert isinstance(shape, inspect.StructType)
    fields = shape.fields
    checks = {field.name: _compile(field.type) for field in fields if not set_by_service(field.type)}
    required = [field.name for field in fields if field.required]
    nullable = frozenset(field.name for field in fields if isinstance(field.type, inspect.AnyType))

    def check(value: Any, path: str, findings: Findings) -> Any:
        if not isinstance(value, dict):
            return findings.fault("V-FMT", "not_an_object", path)
        prefix, before, cleaned = f"{path}." if path else "", len(findings.faults), {}
        for name in required:
            if value.get(name) is None and not (name in nullable and name in value):
                findings.fault("V-REQ", "missing", prefix + name)
        for name, one in value.items():
            if name not in checks:
                findings.fault("V-FMT", "unknown_field", prefix + name[:100])
            elif one is not None or name in nullable:
                cleaned[name] = checks[name](one, prefix + name, findings)
        if path:
            return FAILED if len(findings.faults) > before else cleaned
        return cleaned

    return check


def checked_at(struct: type[msgspec.Struct], path: str, value: Any, field: str) -> tuple[Any, Findings]:
    """A value checked like the field at a path of this struct, and what was found; faults name `field`.

    None stands where the place may be left out. Raises: LookupError when the struct has no such place.
    """
    place, findings = place_of(struct, path), Findings()
    if value is None:
        return (None if not place.is_required else findings.fault("V-REQ", "missing", field)), findings
    return _compile(place.type)(value, field, findings), findings


def draft_of(struct: type[msgspec.Struct], body: dict[str, Any]) -> tuple[Any, Findings]:
    """The draft that a body gives, with None for what failed, and everything that was found."""
    findings = Findings()
    cleaned = compiled(struct)(body, "", findings)
    if not findings.faults:
        return msgspec.convert(cleaned, struct), findings
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    good = {name: msgspec.convert(value, fields[name].type) for name, value in cleaned.items() if value is not FAILED}
    absent = {name: None for name, field in fields.items() if name not in good and (field.required or name in cleaned)}
    return struct(**good, **absent), findings
