"""Letters to customers and what became of each: those that wait for a person, and those of one case."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg.rows import dict_row

from shared.mail.rows import TASKS
from shared.people.people import People
from shared.projections.statements import Connection

VIEWS: dict[str, tuple[str, ...]] = {
    "open": TASKS,
    "waiting": ("waiting", "sending"),
    "sent": ("sent",),
    "answered": ("answered",),
    "all": (*TASKS, "waiting", "sending", "sent", "answered"),
}
"""Which letters a list shows; `open` are those that wait for a person."""
MOST = 200
_COLUMNS = """
request_id, case_id, mail_id, state, code, attempts, is_automatic, asked_at, not_before, settled_at, body"""
_LIST = f"""
select {_COLUMNS} from runner.mail where state = any(%(states)s)
order by asked_at desc, key desc limit %(limit)s"""
_OF_CASE = f"""
select {_COLUMNS} from runner.mail where case_id = %(case_id)s order by asked_at desc, key desc limit %(limit)s"""


class LetterItem(Struct, frozen=True):
    """One letter. `code` is the mail server's answer, `to` None where it is sealed from the reader or was erased."""

    request_id: str
    case_id: str
    state: str
    code: str | None
    attempts: int
    is_automatic: bool
    asked_at: datetime
    not_before: datetime
    settled_at: datetime | None
    message_id: str
    trigger: str
    letter: str | None
    to: str | None


async def letters(connection: Connection, people: People, view: str, limit: int = MOST) -> list[LetterItem]:
    """The letters of a view, the newest first, with their addresses. Raises: KeyError; ConnectionError."""
    rows = await _rows(connection, _LIST, {"states": list(VIEWS[view]), "limit": limit})
    opened = await people.open_texts([_asked(row).get("to") for row in rows])
    return [_item(row, to) for row, to in zip(rows, opened, strict=True)]


async def letters_of(connection: Connection, case_id: str) -> list[LetterItem]:
    """The letters of one case, the newest first, without addresses."""
    return [_item(row, None) for row in await _rows(connection, _OF_CASE, {"case_id": case_id, "limit": MOST})]


async def _rows(connection: Connection, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(row["body"])
    return found


def _item(row: dict[str, Any], to: str | None) -> LetterItem:
    asked = _asked(row)
    known = {name: value for name, value in row.items() if name not in ("body", "mail_id")}
    return LetterItem(**known, message_id=row["mail_id"], trigger=asked["trigger"], letter=asked.get("letter"), to=to)
