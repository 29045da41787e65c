"""Corrections as a desk sends them."""

from typing import Any

from shared.store.request import Answer
from tests.support.desk import Desk


async def id_of(desk: Desk, case_id: str, type: str) -> str:
    """The newest event of a type in a case."""
    found = [one for one in await desk.events(case_id) if one.meta.type == type]
    return found[-1].meta.event_id


def correction(target: str, path: str, old: Any, new: Any, **changes: Any) -> dict[str, Any]:
    """The body of a correction."""
    body = {"target_event_id": target, "field_path": path, "old_value": old, "new_value": new}
    return {**body, "reason_code": "TYPO", "reason": "登记时输错", **changes}


async def correct(
    desk: Desk, case_id: str, type: str, path: str, old: Any, new: Any, *, by: str = "supervisor", **changes: Any
) -> Answer:
    """The answer to correcting a field of the newest event of a type."""
    target = await id_of(desk, case_id, type)
    return await desk.send("CorrectRecord", correction(target, path, old, new, **changes), to=case_id, by=by)


async def void(desk: Desk, case_id: str, type: str, *, by: str = "supervisor", **changes: Any) -> Answer:
    """The answer to voiding the newest event of a type."""
    body = {"target_event_id": await id_of(desk, case_id, type), "reason": "记在了别的服务单上", **changes}
    return await desk.send("VoidEvent", body, to=case_id, by=by)
