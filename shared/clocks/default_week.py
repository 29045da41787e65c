"""The week that counts where no calendar has been published: ordinary business hours, every day unconfirmed. Pure."""

from datetime import date

from shared.events.policy import CalendarContent
from shared.events.vocabulary import Weekday

_HOURS = [["08:30", "12:00"], ["13:00", "17:30"]]
FIRST_DAY = date(1990, 1, 1)
"""The first day that a calendar may name; before it nothing is measured."""
DEFAULT_WEEK = CalendarContent(
    timezone="Asia/Shanghai",
    week=dict.fromkeys(tuple(Weekday)[:5], _HOURS),
    provisional_from=FIRST_DAY,
)
