"""The rules of standing still and of other rules. Pure: which clocks may pause, how long, and who says so (B-19)."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.case.state import Case, report_of
from shared.clocks.catalogue import clocks_of
from shared.clocks.policy import SERVICE_LEVELS
from shared.events.case.clocks import PolicyRebased, PreviousPolicy, SlaPaused, SlaResumed
from shared.events.policy import SlaPolicyPublished
from shared.events.vocabulary import ClockName, Role
from shared.rules.acting import refuse
from shared.rules.calendars import calendar_in_force
from shared.rules.fields import filled, listed_once
from shared.rules.instants import not_before, to_come
from shared.rules.measuring import rulebook
from shared.store.order import Fault, Known, Order

LONGEST_BY_SPECIALIST = 5
"""Working days; a longer pause is a supervisor's."""


def may_pause(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A specialist for five working days at most."""
    draft: SlaPaused = order.draft
    if order.actor.role is Role.SPECIALIST and isinstance(draft.expected_until, datetime):
        days = calendar_in_force(known, order.now).working_days_between(order.at, draft.expected_until)
        if days > LONGEST_BY_SPECIALIST:
            yield Fault("A-ROLE", "pause_by_supervisor", "expected_until", {"most": LONGEST_BY_SPECIALIST})


def check_pause(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """At least one clock, each once, until some time ahead."""
    draft: SlaPaused = order.draft
    yield from filled(draft, "clocks")
    yield from listed_once(draft.clocks, "clocks[{}]")
    yield from to_come(order, "expected_until")


def pause_clocks(order: Order, case: Case, known: Known) -> SlaPaused:
    """Clocks that the policy lets pause, that run, and that do not stand still already."""
    draft: SlaPaused = order.draft
    refuse(_pausable(draft, case, known))
    return draft


def _pausable(draft: SlaPaused, case: Case, known: Known) -> Iterator[Fault]:
    levels = _version(known, report_of(case).policy_version)
    allowed = set(levels.content.pausable) if levels is not None else set()
    running = {one.name for one in clocks_of(case, rulebook(known)) if one.stopped_at is None}
    for index, clock in enumerate(draft.clocks):
        if clock not in allowed:
            yield Fault("S-GUARD", "clock_not_pausable", f"clocks[{index}]", {"name": clock.value})
        elif clock not in running:
            yield Fault("S-GUARD", "clock_not_running", f"clocks[{index}]", {"clock": clock.value})
        elif clock in paused_clocks(case):
            yield Fault("S-GUARD", "paused_already", f"clocks[{index}]", {"name": clock.value})


def paused_clocks(case: Case) -> frozenset[ClockName]:
    """The clocks that stand still."""
    return frozenset(one.clock for one in case.followup.pauses if one.to is None)


def check_resumption(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Each clock once, and no earlier than it was paused."""
    draft: SlaResumed = order.draft
    yield from listed_once(draft.clocks, "clocks[{}]")
    meant = [one for one in case.followup.pauses if one.to is None and (not draft.clocks or one.clock in draft.clocks)]
    for began in {one.since for one in meant}:
        yield from not_before(order.at, began, "at", "pause_not_begun")


def resume_clocks(order: Order, case: Case, known: Known) -> SlaResumed:
    """Clocks that stand still run again; without names, all of them."""
    draft: SlaResumed = order.draft
    refuse(_standing(draft, case))
    return draft


def _standing(draft: SlaResumed, case: Case) -> Iterator[Fault]:
    paused = paused_clocks(case)
    if not paused:
        yield Fault("S-GUARD", "nothing_paused", "clocks")
        return
    for index, clock in enumerate(draft.clocks):
        if clock not in paused:
            yield Fault("S-GUARD", "clock_not_paused", f"clocks[{index}]", {"name": clock.value})


def check_rebase(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Versions that were published; of the calendar any name, as long as there is none."""
    draft: PolicyRebased = order.draft
    if draft.policy_version is not None and _version(known, draft.policy_version) is None:
        yield Fault("V-REF", "policy_version_unknown", "policy_version", {"name": draft.policy_version})
    calendars = {number for number, _, _ in rulebook(known).calendars}
    if draft.calendar_version is not None and calendars and draft.calendar_version not in calendars:
        yield Fault("V-REF", "calendar_version_unknown", "calendar_version", {"name": draft.calendar_version})


def rebase_policy(order: Order, case: Case, known: Known) -> PolicyRebased:
    """The case is measured by another version from its original start."""
    draft: PolicyRebased = order.draft
    report = report_of(case)
    previous = PreviousPolicy(policy_version=report.policy_version, calendar_version=report.calendar_version)
    return msgspec.structs.replace(draft, previous=previous)


def _version(known: Known, number: int) -> SlaPolicyPublished | None:
    policy = known.get("policy", SERVICE_LEVELS)
    found = policy.version(number) if policy is not None else None
    return found if isinstance(found, SlaPolicyPublished) else None
