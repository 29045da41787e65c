"""What a case is measured by: a version of the policy and one of the calendar, out of all that were published. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct

from shared.case.facts.timing import Terms
from shared.clocks.calendar import Calendar
from shared.clocks.default_week import DEFAULT_WEEK
from shared.events.policy import CalendarPublished, SlaContent, SlaPolicyPublished
from shared.masters.policy import Policy


class Rules(Struct, frozen=True):
    """One version of the policy and one of the calendar, for every case alike."""

    policy: SlaContent
    policy_version: int
    calendar: Calendar
    calendar_version: str = ""

    def of(self, terms: Terms) -> "Rules | None":
        """The same, whatever a case began under."""
        return self


class Rulebook(Struct, frozen=True):
    """All published versions: each case is measured by its own. `since` is when a policy took effect."""

    policies: Mapping[int, SlaContent] = MappingProxyType({})
    since: Mapping[int, datetime] = MappingProxyType({})
    calendars: tuple[tuple[str, datetime, Calendar], ...] = ()

    def of(self, terms: Terms) -> Rules | None:
        """The rules that these terms name; None when the policy is not known.

        Where they name no calendar it is the default week: what is published later moves nothing by itself.
        """
        return self.versions(terms.policy_version, terms.calendar_version)

    def versions(self, policy: int, calendar: str) -> Rules | None:
        """The rules of two versions; the default week for a calendar that is not known."""
        content = self.policies.get(policy)
        if content is None:
            return None
        version, compiled = self.calendar(calendar)
        return Rules(content, policy, compiled, version)

    def in_force(self, at: datetime) -> Rules | None:
        """The newest versions in force at an instant, for what keeps none; None before the first policy."""
        policy = max((version for version, since in self.since.items() if since <= at), default=0)
        in_force = [known for known, effective_from, _ in self.calendars if effective_from <= at]
        return self.versions(policy, in_force[-1] if in_force else "")

    def calendar(self, version: str) -> tuple[str, Calendar]:
        """The calendar of a version with its version, else the default week."""
        named = ((known, calendar) for known, _, calendar in self.calendars if known == version)
        return next(named, ("", Calendar.of(DEFAULT_WEEK)))

    def with_policy(self, event: SlaPolicyPublished) -> "Rulebook":
        """One version of the policy more."""
        policies = {**self.policies, event.version: event.content}
        return Rulebook(policies, {**self.since, event.version: event.effective_from}, self.calendars)

    def with_calendar(self, event: CalendarPublished) -> "Rulebook":
        """One version of the calendar more."""
        one = (str(event.version), event.effective_from, Calendar.of(event.content))
        return Rulebook(self.policies, self.since, (*self.calendars, one))


def rulebook_of(policies: Policy | None, calendars: Policy | None) -> Rulebook:
    """The versions that two aggregates hold, as decisions know them."""
    versions = [event for one in (policies, calendars) if one is not None for event in one.versions]
    return rulebook_from(versions)


def rulebook_from(published: Iterable[object]) -> Rulebook:
    """The versions of these events, in the order in which they were published; other events say nothing here."""
    book = Rulebook()
    for event in published:
        if isinstance(event, SlaPolicyPublished):
            book = book.with_policy(event)
        elif isinstance(event, CalendarPublished):
            book = book.with_calendar(event)
    return book
