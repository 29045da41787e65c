"""Every published version of service levels and calendars, ready to measure by."""

import msgspec

from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.clocks.rules import Rulebook
from shared.events.policy import CalendarContent, CalendarPublished, SlaContent, SlaPolicyPublished
from shared.projections.statements import Connection

_VERSIONS = """
select aggregate_id, number, effective_from, drafted_by, content from read.policies
where aggregate_id in (%(levels)s, %(calendar)s) order by aggregate_id, number"""


async def rulebook(connection: Connection) -> Rulebook:
    """What the clocks of cases are measured by."""
    values = {"levels": SERVICE_LEVELS, "calendar": CALENDAR}
    book = Rulebook()
    for name, version, since, by, content in await (await connection.execute(_VERSIONS.encode(), values)).fetchall():
        published = {"version": version, "effective_from": since, "drafted_by": by}
        if name == SERVICE_LEVELS:
            levels = msgspec.json.decode(content, type=SlaContent)
            book = book.with_policy(SlaPolicyPublished(**published, content=levels))
        else:
            calendar = msgspec.json.decode(content, type=CalendarContent)
            book = book.with_calendar(CalendarPublished(**published, content=calendar))
    return book
