"""Every published version of service levels and calendars, ready to measure by."""

import msgspec
from msgspec import Struct

from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.clocks.rules import Rulebook, rulebook_from
from shared.events.policy import CalendarContent, CalendarPublished, SlaContent, SlaPolicyPublished
from shared.projections.statements import Connection

_VERSIONS = """
select aggregate_id, number, effective_from, drafted_by, content from read.policies
where aggregate_id in (%(levels)s, %(calendar)s) order by aggregate_id, number"""


class PublishedRules(Struct, frozen=True):
    """The versions of the service levels and of the company's calendar, oldest first."""

    levels: tuple[SlaPolicyPublished, ...]
    calendars: tuple[CalendarPublished, ...]


async def published_rules(connection: Connection) -> PublishedRules:
    """What the clocks of cases are measured by, as it was published."""
    values = {"levels": SERVICE_LEVELS, "calendar": CALENDAR}
    levels, calendars = list[SlaPolicyPublished](), list[CalendarPublished]()
    for name, version, since, by, content in await (await connection.execute(_VERSIONS.encode(), values)).fetchall():
        published = {"version": version, "effective_from": since, "drafted_by": by}
        if name == SERVICE_LEVELS:
            levels.append(SlaPolicyPublished(**published, content=msgspec.json.decode(content, type=SlaContent)))
        else:
            found = msgspec.json.decode(content, type=CalendarContent)
            calendars.append(CalendarPublished(**published, content=found))
    return PublishedRules(tuple(levels), tuple(calendars))


async def rulebook(connection: Connection) -> Rulebook:
    """What the clocks of cases are measured by."""
    published = await published_rules(connection)
    return rulebook_from((*published.levels, *published.calendars))
