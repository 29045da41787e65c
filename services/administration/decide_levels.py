"""The rules of service levels. Pure: what a policy names exists, and what it says can be measured."""

from collections.abc import Iterable, Iterator

from services.administration.decide import publishing
from shared.clocks.policy import CALENDAR
from shared.clocks.targets import DAYS
from shared.events.policy import CalendarPublished, CallbackTerm, EscalationStep, SlaContent, SlaPolicyPublished, Target
from shared.events.vocabulary import TargetName, TimeBase
from shared.masters.policy import Policy
from shared.rules.fields import listed_once, only_for
from shared.store.order import Fault, Known, Order, Reference


def calendar_named(draft: SlaPolicyPublished, policy: Policy) -> Iterable[Reference]:
    """The calendar that business time is counted by."""
    yield Reference("policy", CALENDAR, "")


def check_policy(order: Order, policy: Policy, known: Known) -> Iterator[Fault]:
    """Targets that can be measured, a calendar that was published, levels in order, and nothing listed twice."""
    draft: SlaPolicyPublished = order.draft
    yield from publishing(order, policy, draft.content.name if draft.content is not None else None)
    if draft.content is None:
        return
    yield from _calendar(draft.content, known)
    yield from _targets(draft.content)
    for point, term in draft.content.callbacks.items():
        yield from _term(term, f"content.callbacks.{point}")
    yield from listed_once(draft.content.pausable, "content.pausable[{}]")
    yield from _pausable(draft.content)
    yield from _levels(draft.content.escalation)
    yield from listed_once(draft.content.told_to_customer, "content.told_to_customer[{}]")


def _calendar(content: SlaContent, known: Known) -> Iterator[Fault]:
    """There is one calendar; a policy that names none is measured by it too, once it was published."""
    published: Policy | None = known.get("policy", CALENDAR)
    is_known = published is not None and any(isinstance(one, CalendarPublished) for one in published.versions)
    if content.calendar and not (content.calendar == CALENDAR and is_known):
        yield Fault("V-REF", "calendar_unknown", "content.calendar", {"name": content.calendar})


def _targets(content: SlaContent) -> Iterator[Fault]:
    if not content.targets:
        yield Fault("V-REQ", "missing", "content.targets")
    for name, by_urgency in content.targets.items():
        if not by_urgency:
            yield Fault("V-REQ", "missing", f"content.targets.{name}")
        for urgency, target in by_urgency.items():
            yield from _target(name, target, f"content.targets.{name}.{urgency}")


def _target(name: TargetName, target: Target, field: str) -> Iterator[Fault]:
    """Calendar days are whole ones, and only the way to a customer has a distance."""
    if target.base is TimeBase.CD and any(hours % DAYS for hours in (target.hours, *target.zones.values())):
        yield Fault("V-RANGE", "whole_days", f"{field}.hours")
    yield from only_for(list(target.zones), name is TargetName.ARRIVAL, f"{field}.zones", TargetName.ARRIVAL.value)


def _term(term: CallbackTerm, field: str) -> Iterator[Fault]:
    """Days or months, and a window of two numbers around the due day."""
    if bool(term.days) is bool(term.months):
        yield Fault("V-RANGE", "days_or_months", f"{field}.days")
    if len(term.window) != 2 or not term.window[0] <= 0 <= term.window[1]:
        yield Fault("V-RANGE", "window_around_due", f"{field}.window")


def _pausable(content: SlaContent) -> Iterator[Fault]:
    """What may stand still has a time to keep."""
    for index, clock in enumerate(content.pausable):
        if TargetName(clock) not in content.targets:
            yield Fault("V-REF", "no_target", f"content.pausable[{index}]", {"name": clock.value})


def _levels(steps: list[EscalationStep]) -> Iterator[Fault]:
    """Each level is above the one before, is reached later, and tells somebody, each once."""
    for index, step in enumerate(steps):
        field = f"content.escalation[{index}]"
        if index and step.level <= steps[index - 1].level:
            yield Fault("V-RANGE", "levels_in_order", f"{field}.level")
        if index and step.percent <= steps[index - 1].percent:
            yield Fault("V-RANGE", "levels_in_order", f"{field}.percent")
        if not step.to:
            yield Fault("V-REQ", "missing", f"{field}.to")
        yield from listed_once(step.to, field + ".to[{}]")
