"""What is set right in a case: bodies of corrections and voidings, and who may not send them."""

from typing import Any

from tests.e2e.walks import W2, Step

ARCHIVED: tuple[Step, ...] = W2[: [one.command for one in W2].index("ArchiveCase") + 1]
"""A service from afar, up to the archive."""
OTHERS = ("specialist", "engineer", "technician", "sales", "analyst", "quality", "auditor", "admin", "customer")
"""Everybody who may not correct an archived case."""


def correction(target: str, path: str, old: Any, new: Any, **changes: Any) -> dict[str, Any]:
    """A typing error in one field of an event."""
    body = {"target_event_id": target, "field_path": path, "old_value": old, "new_value": new}
    return {**body, "reason_code": "WRONG_OBJECT", "reason": "模具号看错了", **changes}


def voiding(target: str, **changes: Any) -> dict[str, Any]:
    """An event of another case."""
    return {"target_event_id": target, "reason": "记在了别的服务单上", **changes}
