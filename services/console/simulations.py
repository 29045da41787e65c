"""Simulations for whoever may look at them: what a request asks, and one at a time in a process of its own."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace

from services.administration.stage import PublishedRules, drafted_calendar, drafted_levels
from services.console.answering import Standing
from services.console.parts import Parts
from services.console.reading import Reading
from services.followup.stage import Simulated, SimulationQuestion, simulate_apart
from shared.events.shapes import Instant
from shared.events.vocabulary import Role
from shared.store.checker import draft_of
from shared.store.order import Fault, Refused, merge

SIMULATION_ROLES = (Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR)
"""See all cases, and what they would have been (domain: roles)."""
MODELS = ("clock_inputs", "customers", "policies", "log")
LONGEST = timedelta(days=3 * 366)
"""The longest period that is tried at once."""
SECONDS = 300.0
"""How long one simulation may take."""
NAMED = 200
"""Cases named behind a number unless somebody asks for more."""
DRAFTS = ("policy", "calendar")
"""What may be tried."""


class Period(Struct, frozen=True):
    """The cases meant, and how many of them are named behind a number."""

    received_from: Instant
    received_to: Instant
    limit: Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": 100_000})] = NAMED


def question_of(body: Mapping[str, Any], now: datetime, known: PublishedRules) -> SimulationQuestion:
    """What a body asks: `policy` and `calendar` are drafts, the rest is the period. Raises: Refused, every fault."""
    period, findings = draft_of(Period, {name: one for name, one in body.items() if name not in DRAFTS})
    faults = list(findings.faults)
    policy = _judged(drafted_levels, body.get("policy"), "policy", (now, known), faults)
    calendar = _judged(drafted_calendar, body.get("calendar"), "calendar", (now, known), faults)
    if body.get("policy") is None and body.get("calendar") is None:
        faults.append(Fault("V-REQ", "missing", "policy"))
    if found := merge(faults, () if findings.faults else _faults_of(period)):
        raise Refused(*found)
    return SimulationQuestion(
        start=period.received_from,
        end=period.received_to,
        at=now,
        levels=known.levels,
        calendars=known.calendars,
        policy=policy.published.content if policy is not None else None,
        calendar=calendar.published.content if calendar is not None else None,
        most=period.limit,
    )


def _judged[Found](
    judge: Callable[[Any, datetime, PublishedRules], Found],
    given: Any,
    field: str,
    context: tuple[datetime, PublishedRules],
    faults: list[Fault],
) -> Found | None:
    """A draft, None for one that is absent or has faults; those are noted below the field that it came in."""
    if given is None:
        return None
    try:
        return judge(given, *context)
    except Refused as refused:
        faults += [replace(one, field=f"{field}.{one.field}" if one.field else field) for one in refused.faults]
        return None


def _faults_of(period: Period) -> Iterable[Fault]:
    if period.received_to <= period.received_from:
        yield Fault("V-TIME", "not_after", "received_to", {"other": "received_from"})
    elif period.received_to - period.received_from > LONGEST:
        yield Fault("V-RANGE", "period_too_long", "received_to", {"most": LONGEST.days})


class Simulations:
    """Runs one simulation at a time: each takes a processor for as long as it lasts."""

    def __init__(self, parts: Parts, reading: Reading) -> None:
        self._parts = parts
        self._reading = reading
        self._running = asyncio.Lock()

    async def run(self, body: Mapping[str, Any], after: int = 0) -> tuple[Simulated, Standing]:
        """What was and what would have been, once the read models hold position `after`, and how far they had come.

        Raises: Refused with every fault of the body; with H-503 while another is at work, or after too long.
        """
        async with self._reading.at(MODELS, after) as (connection, standing):
            known = await self._reading.read("published_rules")(connection)
        question = question_of(body, self._reading.now(), known)
        if self._running.locked():
            raise Refused(Fault("H-503", "simulation_running"))
        async with self._running:
            try:
                async with asyncio.timeout(SECONDS):
                    return await simulate_apart(self._parts.postgres, question), standing
            except TimeoutError:
                raise Refused(Fault("H-503", "simulation_too_long", values={"most": int(SECONDS)})) from None
