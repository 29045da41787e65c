"""Whether the official days to come are missing, for those who may publish them."""

from datetime import date, datetime

import msgspec

from services.console.parts import Connection
from services.console.reading import Reading
from services.console.sessions import Visitor
from shared.clocks.calendar import Calendar
from shared.clocks.default_week import DEFAULT_WEEK
from shared.clocks.notice import unconfirmed_from
from shared.clocks.policy import CALENDAR
from shared.events.policy import CalendarContent
from shared.masters.permissions import permitted


async def unconfirmed_days(reading: Reading, connection: Connection, visitor: Visitor, now: datetime) -> date | None:
    """The first of the next 60 days that no notice has confirmed; None when all are, or for who cannot see to it."""
    if not visitor.has(*permitted("CalendarPublished")):
        return None
    versions = await reading.read("policy")(connection, CALENDAR)
    in_force = [one for one in versions if one.effective_from <= now]
    content = msgspec.json.decode(in_force[-1].content, type=CalendarContent) if in_force else DEFAULT_WEEK
    return unconfirmed_from(Calendar.of(content), now)
