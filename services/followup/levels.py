"""What a case is measured by: its clocks under its policy, and when each has used a share of its target. Pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.case.state import Case, report_of
from shared.clocks import catalogue
from shared.clocks.calendar import Calendar
from shared.clocks.clock import Clock
from shared.clocks.escalation import Instants
from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.events.policy import CalendarPublished, EscalationStep, SlaContent, SlaPolicyPublished
from shared.masters.policy import Policy
from shared.rules.calendars import calendar_in_force
from shared.store.order import Known


class Levels(Struct, frozen=True):
    """A version of the policy and one of the calendar as they measure a case."""

    content: SlaContent
    version: int
    calendar: Calendar

    @property
    def escalation(self) -> Sequence[EscalationStep]:
        """The levels that a clock rises to."""
        return self.content.escalation

    def clocks_of(self, case: Case) -> tuple[Clock, ...]:
        """All clocks that have begun in a case."""
        return catalogue.clocks_of(case, self.content, self.version)

    def instants(self, clock: Clock) -> Instants:
        """When so many percent of a clock's target are used."""

        def instant(percent: int) -> datetime:
            return clock.started_at + (clock.due_at - clock.started_at) * percent / 100

        return instant


def levels_of(case: Case, known: Known) -> Levels | None:
    """What a case is measured by, None when its policy is not known."""
    policy: Policy | None = known.get("policy", SERVICE_LEVELS)
    version = policy.version(report_of(case).policy_version) if policy is not None else None
    if not isinstance(version, SlaPolicyPublished):
        return None
    return Levels(version.content, version.version, _calendar_of(case, known))


def _calendar_of(case: Case, known: Known) -> Calendar:
    """The calendar that the case names, else the one that was in force when it was recorded."""
    published: Policy | None = known.get("policy", CALENDAR)
    report = report_of(case)
    number = int(report.calendar_version) if report.calendar_version.isdecimal() else 0
    version = published.version(number) if published is not None else None
    if isinstance(version, CalendarPublished):
        return Calendar.of(version.content)
    return calendar_in_force(known, case.intake.recorded_at or report.received_at)
