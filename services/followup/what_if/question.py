"""What is asked of a simulation: the draft, the cases meant, and everything they were measured by."""

from datetime import datetime

from msgspec import Struct

from shared.clocks.calendar import Calendar
from shared.clocks.drafted import Drafted
from shared.clocks.rules import rulebook_from
from shared.events.policy import CalendarContent, CalendarPublished, SlaContent, SlaPolicyPublished


class SimulationQuestion(Struct, frozen=True, kw_only=True):
    """Cases received from `start` up to but without `end`, and how their clocks stand at the instant `at`.

    `published` are all versions of service levels and calendars, oldest first. A draft that is None leaves to each
    case what it was measured by. `most`: how many cases are named behind a number, None: all.
    """

    start: datetime
    end: datetime
    at: datetime
    levels: tuple[SlaPolicyPublished, ...] = ()
    calendars: tuple[CalendarPublished, ...] = ()
    policy: SlaContent | None = None
    calendar: CalendarContent | None = None
    most: int | None = None

    @property
    def draft(self) -> Drafted:
        """The draft beside the rules that count. Raises: ValueError for a calendar that cannot be."""
        book = rulebook_from((*self.levels, *self.calendars))
        return Drafted(book, self.policy, Calendar.of(self.calendar) if self.calendar is not None else None)
