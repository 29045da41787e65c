"""The week that counts where no calendar has been published: ordinary business hours, every day unconfirmed. Pure."""

from datetime import date

from shared.events.policy import CalendarContent
from shared.events.vocabulary import Weekday

_HOURS = [["08:30", "12:00"], ["13:00", "17:30"]]
DEFAULT_WEEK = CalendarContent(
    timezone="Asia/Shanghai",
    week=dict.fromkeys(tuple(Weekday)[:5], _HOURS),
    provisional_from=date.min,
)
