"""Which fields a form asks for, and of what kind each is: read from the event that the command drafts."""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct, inspect

from services.console.routes import Route
from shared.events.shapes import Unknown

FORMS: dict[str, list[str]] = {
    "RegisterFeedback": [
        "case_kind",
        "channel",
        "received_at",
        "customer_name",
        "contact_name",
        "contact_phone",
        "contact_email",
        "raw_content_ref",
        "problem_description",
        "fault_at",
        "production_status",
        "claimed_urgency",
        "safety_risk",
        "scope",
        "mould_no",
        "mould_name",
        "mould_kind",
        "mould_model",
        "mould_spec",
        "order_no",
        "info_due_at",
        "site",
        "site_address",
        "relayed_by",
        "relay_received_at",
        "letter_no",
        "posted_on",
        "arrived_on",
        "complained_about",
    ],
    "AcknowledgeCase": (
        [
            "ack_at",
            "ack_channel",
            "said_accepted",
            "process_explained",
            "estimate",
            "reassured",
            "next_contact_at",
            "auto",
        ]
    ),
    "Classify": [
        "urgency",
        "urgency_basis",
        "override_reason",
        "problem_type",
        "scope",
        "mould_kind",
        "fault_code",
        "cause_code",
        "none_available_reason",
        "preliminary_judgement",
    ],
}
"""The fields of each form in order; a command without a form is sent through the API."""
NOTE = "raw_content_ref"
"""Asked as text: the words of a call, kept as `note:…`."""


class FormField(Struct, frozen=True):
    """One field. `kind`: text, area, choice, choices, instant, day, truth, affirmed, denied, number.

    `may_be_unknown`: left empty it is stated as unknown. `group` names the enum of the options.
    """

    name: str
    kind: str
    is_required: bool
    may_be_unknown: bool = False
    most: int = 100
    group: str = ""
    options: tuple[str, ...] = ()


def fields_of(route: Route) -> tuple[FormField, ...]:
    """The fields of a command's form. Raises: KeyError when it has none."""
    known = {field.name: field for field in msgspec.structs.fields(route.command.event)}
    return tuple(_field(known[name]) for name in FORMS[route.command.name])


def _field(field: msgspec.structs.FieldInfo) -> FormField:
    kinds, schema = _kinds(inspect.type_info(field.type))
    is_open = any(isinstance(kind, inspect.StructType) and kind.cls is Unknown for kind in kinds)
    plain = next(kind for kind in kinds if not isinstance(kind, inspect.StructType | inspect.NoneType))
    asked = is_open and field.name != "contact_email"
    most = schema.get("maxLength", 5000 if field.name == NOTE else 100)
    group, options = _options(plain)
    return FormField(field.name, _kind(plain, most), field.required and not asked, asked, most, group, options)


def _kinds(kind: Any) -> tuple[list[Any], dict[str, Any]]:
    """The alternatives of a type without their notes, and the limits that the notes set."""
    schema: dict[str, Any] = {}
    while isinstance(kind, inspect.Metadata):
        schema = {**(kind.extra_json_schema or {}), **schema}
        kind = kind.type
    if not isinstance(kind, inspect.UnionType):
        return [kind], schema
    kinds: list[Any] = []
    for one in kind.types:
        inner, more = _kinds(one)
        kinds += inner
        schema = {**more, **schema}
    return kinds, schema


def _kind(kind: Any, most: int) -> str:
    match kind:
        case inspect.EnumType():
            return "choice"
        case inspect.ListType():
            return "choices"
        case inspect.DateTimeType():
            return "instant"
        case inspect.DateType():
            return "day"
        case inspect.BoolType():
            return "truth"
        case inspect.LiteralType():
            return "affirmed" if True in kind.values else "denied"
        case inspect.IntType():
            return "number"
        case _:
            return "area" if most > 254 else "text"


def _options(kind: Any) -> tuple[str, tuple[str, ...]]:
    if isinstance(kind, inspect.ListType):
        kind = kind.item_type
    if isinstance(kind, inspect.EnumType) and issubclass(kind.cls, StrEnum):
        return kind.cls.__name__, tuple(member.value for member in kind.cls)
    return "", ()
