"""The messages that are to be sent, in PostgreSQL, and how far each came.

Rows are written in the transaction that moves the reactor's position. `sending` is written before the first byte of a
message leaves: whoever finds it there after a crash cannot know whether it went, and leaves it `in_doubt` to a person.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from psycopg import AsyncConnection
from psycopg.rows import class_row

from shared.mail.names import mail_id_of
from shared.reactors.cause import Cause
from shared.reactors.policy import Mail, MailAgain, MailAnswered, MailReaction

Connection = AsyncConnection[Any]
State = Literal["waiting", "sending", "sent", "in_doubt", "refused", "returned", "expired", "answered"]
TASKS = ("in_doubt", "refused", "returned", "expired")
"""States that wait for a person."""
_COLUMNS = """
key, case_id, request_id, mail_id, body, is_automatic, contact_id, causation_id, correlation_id, traceparent, asked_at,
attempts"""
_PUT = f"""
insert into runner.mail ({_COLUMNS}, not_before, state)
values (%(key)s, %(case_id)s, %(request_id)s, %(mail_id)s, %(body)s, %(is_automatic)s, %(contact_id)s,
        %(causation_id)s, %(correlation_id)s, %(traceparent)s, %(asked_at)s, 0, %(asked_at)s, 'waiting')
on conflict (key) do nothing"""
_AGAIN = """
update runner.mail set state = 'waiting', not_before = %(at)s, asked_at = %(at)s, attempts = 0, code = null,
                       settled_at = null, is_automatic = false, causation_id = %(event_id)s,
                       correlation_id = %(correlation_id)s
where key = %(key)s and state not in ('waiting', 'sending')"""
_ANSWERED = """
update runner.mail set state = 'answered', settled_at = %(at)s
where key = %(key)s and state not in ('sending', 'sent')"""
_IS_OF = "select exists (select from runner.mail where case_id = %(case_id)s)"
_DUE = f"""
select {_COLUMNS} from runner.mail where state = 'waiting' and not_before <= %(now)s
order by not_before, key limit %(limit)s"""
_LOST = """
update runner.mail set state = 'in_doubt', settled_at = %(now)s where state = 'sending' returning key"""
_BEGIN = """
update runner.mail set state = 'sending', attempts = attempts + 1 where key = %(key)s and state = 'waiting'"""
_SETTLE = """
update runner.mail set state = %(state)s, code = %(code)s, settled_at = %(now)s
where key = %(key)s and state in ('waiting', 'sending', 'in_doubt')"""
_LATER = """
update runner.mail set state = 'waiting', code = %(code)s, not_before = %(not_before)s,
                       attempts = attempts + case when state = 'waiting' then 1 else 0 end
where key = %(key)s and state = any(%(states)s)"""
_BY_ID = f"""
select {_COLUMNS} from runner.mail where mail_id = %(mail_id)s for update"""
_HOW_MANY = """
select count(*) from runner.mail where contact_id = %(contact_id)s and is_automatic and state = 'sent'
    and settled_at > %(since)s"""
_RETURN = """
update runner.mail set state = 'returned', code = %(code)s, settled_at = %(now)s
where mail_id = %(mail_id)s and state <> 'returned'"""


class Row(Struct, frozen=True):
    """A message on its way. `body` is JSON text with what is personal sealed; `mail_id` the left side of its
    Message-ID; `attempts` counts those before."""

    key: str
    case_id: str
    request_id: str
    mail_id: str
    body: str
    is_automatic: bool
    contact_id: str
    causation_id: str
    correlation_id: str
    traceparent: str | None
    asked_at: datetime
    attempts: int

    @property
    def fields(self) -> dict[str, Any]:
        """What was asked for, as stored."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found

    def cause(self, at: datetime) -> Cause:
        """The request, as the cause of what follows now."""
        return Cause(self.causation_id, self.correlation_id, at, self.traceparent)


async def take(connection: Connection, cause: Cause, reaction: MailReaction) -> None:
    """Write what a policy wants, in the caller's transaction; a second delivery changes nothing."""
    match reaction:
        case Mail():
            await connection.execute(_PUT, _values(cause, reaction))
        case MailAgain():
            values = {"key": reaction.key, "at": cause.at, "event_id": cause.event_id}
            await connection.execute(_AGAIN, {**values, "correlation_id": cause.correlation_id})
        case MailAnswered():
            await connection.execute(_ANSWERED, {"key": reaction.key, "at": cause.at})


def _values(cause: Cause, mail: Mail) -> dict[str, Any]:
    return {
        "key": mail.key,
        "case_id": mail.case_id,
        "request_id": mail.request_id,
        "mail_id": mail_id_of(mail.key, mail.case_id),
        "body": msgspec.json.encode(mail.body).decode(),
        "is_automatic": mail.is_automatic,
        "contact_id": mail.contact_id,
        "causation_id": cause.event_id,
        "correlation_id": cause.correlation_id,
        "traceparent": cause.traceparent,
        "asked_at": cause.at,
    }


async def due(connection: Connection, now: datetime, limit: int = 100) -> list[Row]:
    """The messages whose time has come, the oldest first."""
    return await _rows(connection, _DUE, {"now": now, "limit": limit})


async def lose(connection: Connection, now: datetime) -> int:
    """Leave to a person what somebody was sending who is no more; how many. Only for the one who sends."""
    return (await connection.execute(_LOST, {"now": now})).rowcount


async def begin(connection: Connection, row: Row) -> bool:
    """Note that the message leaves now; False when it does not wait any more."""
    return (await connection.execute(_BEGIN, {"key": row.key})).rowcount == 1


async def settle(connection: Connection, row: Row, state: State, code: str | None, now: datetime) -> None:
    """Note how it ended."""
    await connection.execute(_SETTLE, {"key": row.key, "state": state, "code": code, "now": now})


async def later(connection: Connection, row: Row, code: str, now: datetime, *, refused: bool = False) -> None:
    """Let it wait, twice as long each time, up to four hours. `refused`: it had begun, and certainly was not taken."""
    wait = timedelta(minutes=min(2**row.attempts, 240))
    states = ["waiting", "sending"] if refused else ["waiting"]
    values = {"key": row.key, "code": code, "not_before": now + wait, "states": states}
    await connection.execute(_LATER, values)


async def sent_since(connection: Connection, contact_id: str, since: datetime) -> int:
    """How many messages that no person asked for one contact got."""
    row = await (await connection.execute(_HOW_MANY, {"contact_id": contact_id, "since": since})).fetchone()
    return int(row[0]) if row is not None else 0


async def came_back(connection: Connection, mail_id: str, code: str, now: datetime) -> Row | None:
    """Note that a message came back; the row when that is news, None when it was known or is none of ours."""
    found: Sequence[Row] = await _rows(connection, _BY_ID, {"mail_id": mail_id})
    changed = await connection.execute(_RETURN, {"mail_id": mail_id, "code": code, "now": now})
    return found[0] if found and changed.rowcount else None


async def _rows(connection: Connection, text: str, values: dict[str, Any]) -> list[Row]:
    async with connection.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


async def is_of(connection: Connection, case_id: str) -> bool:
    """Whether there is a message about this case, whatever became of it."""
    row = await (await connection.execute(_IS_OF, {"case_id": case_id})).fetchone()
    return row is not None and bool(row[0])
