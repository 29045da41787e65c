"""Messages that came in and what became of them: the list that people decide from, opened for those who may read."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg.rows import dict_row

from shared.people.people import People
from shared.projections.paging import BadCursor, Page, Place, cursor_of, place_of
from shared.projections.statements import Connection

_SORT = "position"
STATUSES = {
    "open": "l.status <> 'registered' and l.set_aside_at is null and l.same_as is null and m.case_id is null",
    "listed": "l.status = 'listed'",
    "quarantined": "l.status = 'quarantined'",
    "set_aside": "l.set_aside_at is not null",
    "registered": "(l.status = 'registered' or m.case_id is not null)",
    "all": "true",
}
"""Which messages a list shows; `open` are those that wait for a person."""

_COLUMNS = """
    l.sequence as position, l.status, l.listing, l.error as reason, coalesce(l.case_id, m.case_id) as case_id,
    l.sender, l.title as subject, l.received_at, l.stored_at, l.settled_at, l.attempts, l.same_as,
    l.set_aside_by, l.set_aside_at, l.about_case, 'sha256:' || l.sha256 as file_ref"""
_FROM = """
    intake.ledger as l
    left join lateral (
        select aggregate_id as case_id from read.message_cases
        where position = l.sequence order by sequence limit 1) as m on true"""
_PAGE = """
select {columns} from {tables}
where {which} and (%(before)s::bigint is null or l.sequence < %(before)s)
order by l.sequence desc limit %(limit)s"""
_ONE = f"select {_COLUMNS} from {_FROM} where l.sequence = %(position)s"
_TEXT = "select words from intake.ledger where sequence = %(position)s"


class MessageItem(Struct, frozen=True):
    """One message. `position` is its place in INTAKE, `same_as` that of the first delivery of the same message.

    `reason` says why it is in quarantine, or what could not be read; `file_ref` names the message as it came, which
    the file store holds of messages that are listed or quarantined. Sender and subject are None where they are not
    known or the person was erased. `about_case` is the case whose letter it answers or brings back.
    """

    position: int
    status: str
    listing: str | None
    reason: str | None
    case_id: str | None
    sender_name: str | None
    sender_address: str | None
    subject: str | None
    received_at: datetime | None
    stored_at: datetime
    settled_at: datetime
    attempts: int
    same_as: int | None
    set_aside_by: str | None
    set_aside_at: datetime | None
    file_ref: str
    about_case: str | None = None


class MessageQuestion(Struct, frozen=True, kw_only=True):
    """What is asked of the list: newest first."""

    status: str = "open"
    cursor: str | None = None
    limit: int = 50


async def messages(connection: Connection, people: People, question: MessageQuestion) -> Page[MessageItem]:
    """One page. Raises: KeyError for a status that does not exist; BadCursor; ConnectionError without keys."""
    before = _position_of(question.cursor) if question.cursor is not None else None
    text = _PAGE.format(columns=_COLUMNS, tables=_FROM, which=STATUSES[question.status])
    rows = await _fetch(connection, text, {"before": before, "limit": question.limit + 1})
    items = await _opened(people, rows[: question.limit])
    if len(rows) <= question.limit:
        return Page(items)
    return Page(items, cursor_of(Place(_SORT, "", str(items[-1].position))))


async def message(connection: Connection, people: People, position: int) -> MessageItem | None:
    """One message, None when there is none or it is not settled yet. Raises: ConnectionError."""
    return next(iter(await _opened(people, await _fetch(connection, _ONE, {"position": position}))), None)


async def message_text(connection: Connection, people: People, position: int) -> str | None:
    """The new text of a message that waits or waited for a person, opened. Raises: ConnectionError."""
    row = await (await connection.execute(_TEXT, {"position": position})).fetchone()
    return (await people.open_texts([row[0]]))[0] if row is not None else None


def _position_of(cursor: str) -> int:
    """Raises: BadCursor."""
    key = place_of(cursor, _SORT).key
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise BadCursor(cursor)
    return int(key)


async def _fetch(connection: Connection, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


async def _opened(people: People, rows: list[dict[str, Any]]) -> list[MessageItem]:
    """The rows with sender and subject opened, all with one look for keys."""
    texts = await people.open_texts([row[name] for row in rows for name in ("sender", "subject")])
    return [_item(row, *texts[2 * place : 2 * place + 2]) for place, row in enumerate(rows)]


def _item(row: dict[str, Any], sender: str | None, subject: str | None) -> MessageItem:
    name, _, address = (sender or "").rpartition(" ")
    known = {one: value for one, value in row.items() if one not in ("sender", "subject")}
    return MessageItem(**known, sender_name=name or None, sender_address=address or None, subject=subject)
