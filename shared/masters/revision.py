"""Revisions of what a register says: only the fields that are given change. Pure."""

from typing import Any

import msgspec
from msgspec import Struct


def given(fields: Struct) -> dict[str, Any]:
    """The fields of a revision that say something, by name."""
    found = ((name, getattr(fields, name)) for name in fields.__struct_fields__)
    return {name: value for name, value in found if value is not None}


def revised[Registered: Struct](registered: Registered | None, fields: Struct) -> Registered | None:
    """What is registered after a revision; nothing when nothing was registered."""
    return None if registered is None else msgspec.structs.replace(registered, **given(fields))


def before[Fields: Struct](registered: Struct, fields: Fields) -> Fields:
    """What the register said where a revision says something else."""
    return type(fields)(**{name: getattr(registered, name) for name in given(fields)})
