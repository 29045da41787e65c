"""The rows that a list of a form begins with: who takes part, what was replaced, which documents are lacking."""

from collections.abc import Callable, Sequence
from typing import Any

from services.console.pages.forms.preset_values import contact_name
from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.tables import REQUIRED_DOCUMENTS
from services.console.pages.forms.typed import FILE_NAME


def preset_rows(field: FormField, now: Situation) -> Sequence[dict[str, Any]]:
    """The values of each row by field."""
    make = _ROWS.get(field.name)
    rows = make(now) if make is not None else []
    known = {one.name: one for one in field.fields}
    if not rows and (fixed := next((one for one in field.fields if one.kind == "fixed"), None)):
        rows = [{fixed.name: option} for option in fixed.options]
    return [_row(row, known) for row in rows]


def _row(row: dict[str, Any], known: dict[str, FormField]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name.removesuffix(FILE_NAME) in known and value is not None}


def _participants(now: Situation) -> list[dict[str, Any]]:
    me = next((row for row in now.staff if row.aggregate_id == now.visitor.user), None)
    return [{"person_id": me.aggregate_id, "dept": me.dept}] if me is not None and me.dept else []


def _used(now: Situation) -> list[dict[str, Any]]:
    return [part for event in now.all("WorkPerformed") for part in event.data.get("parts", ())]


def _caller(now: Situation) -> list[dict[str, Any]]:
    name = contact_name(now)
    return [{"name": name}] if name else []


def _lacking(now: Situation) -> list[dict[str, Any]]:
    """The documents of the required set that nobody attached."""
    there = {event.data["doc_type"] for event in now.events if event.type == "DocumentAttached"}
    wanted = REQUIRED_DOCUMENTS["remote" if now.is_remote() else "site"]
    return [{"doc_type": name, "present": False} for name in wanted if name not in there]


def _home(now: Situation) -> list[dict[str, Any]]:
    return [{"time_zone": "Asia/Shanghai"}]


_ROWS: dict[str, Callable[[Situation], list[dict[str, Any]]]] = {
    "participants": _participants,
    "parts_replaced": _used,
    "customer_people": _caller,
    "checklist": _lacking,
    "sites": _home,
}
