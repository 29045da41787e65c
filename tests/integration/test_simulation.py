"""Simulations on a month of cases: the rules in force change nothing, others do, and nothing is written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from services.administration.stage import STAGE as ADMINISTRATION
from services.administration.stage import PublishedRules
from services.command_line.ground import ground, opened_log
from services.command_line.stages import read
from services.followup.projections.clock_inputs import CLOCK_INPUTS
from services.followup.projections.overdue_responses import OVERDUE_RESPONSES
from services.followup.stage import Simulated, SimulationQuestion, simulate_apart
from services.intake.stage import STAGE as INTAKE
from shared.clocks.clock import Status
from shared.clocks.default_week import DEFAULT_WEEK
from shared.events.policy import SlaContent, Target
from shared.events.vocabulary import ClockName, TargetName, TimeBase
from shared.projections.projection import Projection
from shared.projections.statements import Connection
from shared.runtime.settings import Settings
from shared.store.order import Refused
from tests.integration.test_sample_month import CASES, END, filled
from tests.support.reading import following, shown, stored, workplace

CUSTOMERS = next(one for one in INTAKE.projections if one.name == "customers")
MODELS: list[Projection] = [CLOCK_INPUTS, OVERDUE_RESPONSES, CUSTOMERS, *ADMINISTRATION.projections]
LONG_AGO, LATER = datetime(2026, 1, 1, tzinfo=UTC), END + timedelta(days=1)


def asked(known: PublishedRules, **changes: object) -> SimulationQuestion:
    whole = {"start": LONG_AGO, "end": LATER, "at": END, "levels": known.levels, "calendars": known.calendars}
    return msgspec.convert({**whole, **changes}, SimulationQuestion, from_attributes=True)


def moves(found: Simulated) -> Iterator[tuple[Status | None, Status | None]]:
    return ((one.before, one.after) for group in (found.total, *found.by_clock) for one in group.moves)


async def late_ones(connection: Connection) -> set[tuple[str, str]]:
    """The clocks that the live read model holds to have missed their time at the end of the month."""
    text = b"""select aggregate_id, clock from read.overdue_responses where to_sequence is null
        and least(coalesce(stopped_at, paused_since, %(at)s), %(at)s) >= due_at + interval '1 second'"""
    return set(await (await connection.execute(text, {"at": END})).fetchall())


async def test_a_month_is_tried_again_under_the_rules_in_force_and_under_others(deployment: Settings) -> None:
    await filled(deployment)
    postgres = deployment.access("console").postgres
    async with ground(deployment, "service") as here, opened_log(here) as store:
        async with workplace(deployment, store) as place, following(place, MODELS):
            await shown(place, MODELS)
            last, before = await store.last(), [await stored(place, one) for one in MODELS]
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as connection:
            known: PublishedRules = await read("published_rules")(connection)
            levels, calendar = known.levels[-1].content, known.calendars[-1].content
            in_force = asked(known, policy=levels, calendar=calendar)
            told: list[int] = []
            same: Simulated = await read("simulate")(connection, in_force, told.append)
            assert (same.cases, told, await read("simulated_cases")(connection, in_force)) == (CASES, [CASES], CASES)
            assert {was == would_be for was, would_be in moves(same)} == {True}
            assert (same.total.newly_breached, same.total.no_longer_breached) == (0, 0)
            assert same.total.before == same.total.after
            missed = {
                (case_id, group.clock.value)
                for group in same.by_clock
                for one in group.moves
                for case_id in one.cases
                if group.clock is not None and one.before is Status.BREACHED
            }
            assert missed == await late_ones(connection)
            assert same.total.before.met > 100

            at_once = replace(levels, targets={**levels.targets, TargetName.TRIAGE: _within_a_second(levels)})
            strict: Simulated = await read("simulate")(connection, asked(known, policy=at_once))
            changed = [one for one in strict.by_clock if one.newly_breached or one.no_longer_breached]
            assert {one.clock for one in changed} == {ClockName.TRIAGE}
            triage = [one for one in strict.by_clock if one.clock is ClockName.TRIAGE]
            assert all(one.after.met == 0 and one.after.breached == one.after.n for one in triage)
            assert strict.total.newly_breached == sum(one.before.n - one.before.breached for one in triage)
            assert sum(one.newly_breached for one in strict.by_customer) == strict.total.newly_breached
            assert all(one.customer_name for one in strict.by_customer if one.customer_id)

            unconfirmed: Simulated = await read("simulate")(connection, asked(known, calendar=DEFAULT_WEEK))
            assert unconfirmed.total.before.n == unconfirmed.total.after.n
            assert unconfirmed.total.after.provisional > unconfirmed.total.before.provisional
        assert await simulate_apart(postgres, in_force) == same
        assert await store.last() == last
        async with workplace(deployment, store) as place:
            assert [await stored(place, one) for one in MODELS] == before


def _within_a_second(levels: SlaContent) -> dict[object, Target]:
    return {urgency: Target(hours=0.0001, base=TimeBase.H24) for urgency in levels.targets[TargetName.TRIAGE]}


async def test_the_period_says_which_cases_are_meant_and_the_limit_how_many_are_named(deployment: Settings) -> None:
    await filled(deployment, 30)
    async with ground(deployment, "service") as here, opened_log(here) as store:
        async with workplace(deployment, store) as place, following(place, MODELS):
            await shown(place, MODELS)
        async with await psycopg.AsyncConnection.connect(deployment.access("console").postgres) as connection:
            await connection.set_autocommit(True)
            known = await read("published_rules")(connection)
            rows = await (await connection.execute("select received_at from read.clock_inputs order by 1")).fetchall()
            tenth = rows[9][0]
            first = await read("simulate")(connection, asked(known, policy=known.levels[-1].content, end=tenth, most=2))
            rest = await read("simulate")(connection, asked(known, policy=known.levels[-1].content, start=tenth))
    assert (first.cases, rest.cases) == (9, 21)
    assert max(len(one.cases) for group in first.by_clock for one in group.moves) == 2
    assert max(one.case_count for one in first.total.moves) > 2
    assert all(len(one.cases) == one.case_count for one in rest.total.moves)


async def test_targets_that_never_pass_by_a_calendar_are_refused_also_from_the_child(deployment: Settings) -> None:
    await filled(deployment, 4)
    async with (
        ground(deployment, "service") as here,
        opened_log(here) as store,
        workplace(deployment, store) as place,
        following(place, MODELS),
    ):
        await shown(place, MODELS)
    postgres = deployment.access("console").postgres
    async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as connection:
        known = await read("published_rules")(connection)
    levels = known.levels[-1].content
    forever = {urgency: Target(hours=100_000, base=TimeBase.BH) for urgency in levels.targets[TargetName.TRIAGE]}
    seldom = replace(DEFAULT_WEEK, week={"mon": [["08:00", "08:01"]]})
    question = asked(known, policy=replace(levels, targets={TargetName.TRIAGE: forever}, pausable=[]), calendar=seldom)
    with pytest.raises(Refused) as refused:
        await simulate_apart(postgres, question)
    assert [(one.code, one.text, one.field) for one in refused.value.faults] == [
        ("V-RANGE", "never_due", "content.targets")
    ]
