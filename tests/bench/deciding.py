"""Deciding one more command on a case of 100 events, and folding its event: what a service does beside the log."""

from collections.abc import AsyncIterator, Callable, Sequence
from time import perf_counter
from typing import Any

import msgspec
from msgspec.structs import replace

from shared.case.effective import Told, case_of
from shared.case.fold import fold
from shared.case.state import Case
from shared.events.envelope import Meta, subject_of
from shared.events.vocabulary import CaseState
from shared.masters.staff import Staff
from shared.store.checker import draft_of
from shared.store.circumstance import state_fault
from shared.store.gather import gather
from shared.store.order import Actor, Order
from shared.store.past import past_of
from tests.bench.measure import Line, at_most, percentile
from tests.support.acts import OF_CASES
from tests.support.desk import COMMANDS
from tests.support.life import Life

EVENTS = 100
FILLING = ("LogRemoteSession", "RequestConsultation", "HoldConsultation", "NotifyCustomer", "AddAuditNote")
ORDINARY = (*FILLING, "RequestOnsite", "AssessWarranty", "Reclassify", "ReserveSpares", "SendDepartmentFeedback")
LOOKING_BACK = ("CorrectRecord", "VoidEvent")
"""Of the first event and of the newest: those rules ask whether all behind it holds, and the case is folded anew."""


async def lines(times: int) -> AsyncIterator[Line]:
    """The slowest of the ordinary commands and of those that look back, each decided and folded so many times [s]."""
    life = await long_case()
    for work, commands in (("decide", ORDINARY), ("correct", LOOKING_BACK)):
        name, figure, told = await _slowest(life, commands, times)
        yield at_most(f"{work} and fold, case of {EVENTS} events [ms]", told, name, 1e3 * figure, 1.0)


async def _slowest(life: Life, commands: Sequence[str], times: int) -> tuple[str, float, str]:
    """The command with the longest median, that median [s], and both percentiles in words."""
    each = {command: await _measured(life, command, times) for command in commands}
    name = max(each, key=lambda command: percentile(each[command], 0.5))
    median, worst = percentile(each[name], 0.5), percentile(each[name], 0.99)
    return name, median, f"p50 {1e3 * median:.3f} ms, p99 {1e3 * worst:.3f} ms"


async def long_case() -> Life:
    """A desk with a case that is being diagnosed and has so many events."""
    life = await Life().open()
    await life.stand("VISIT", CaseState.DIAGNOSING)
    for place in range(EVENTS):
        folded = await life.desk.aggregates.refresh(subject_of("case", life.case_id))
        if folded.head.version == EVENTS:
            return life
        await life.take(FILLING[place % len(FILLING)])
    raise AssertionError("the case has not grown")


async def _measured(life: Life, name: str, times: int) -> list[float]:
    """Seconds of each decision with its fold; all that needs the log or other aggregates was looked up before."""
    command, subject = COMMANDS[name], subject_of("case", life.case_id)
    scene = await life.scene(name, OF_CASES[name].role, {})
    body = OF_CASES[name].body(scene)
    folded = await life.desk.aggregates.refresh(subject)
    draft, findings = draft_of(command.event, body)
    wanted = [*findings.references, *command.consults(draft, folded.state)]
    known = (await gather(life.desk.aggregates, life.desk.evidence, wanted)).known
    if command.looks_back is not None:
        events = await life.desk.aggregates.events(subject, folded)
        known = replace(known, past=await past_of(events, command.looks_back(draft), life.desk.handler._sealer))
    meta = (await life.desk.events(life.case_id))[-1].meta
    staff = Staff(is_user=True, is_active=True, roles=frozenset({scene.role}))
    actor = Actor(scene.user, staff, scene.role, staff.roles)

    def once() -> Case:
        order = Order(name, life.case_id, meta.command_id, actor, draft_of(command.event, body)[0], scene.at, scene.at)
        return _decided(order, folded.state, known, meta)

    return [_timed(once) for _ in range(times)]


def _decided(order: Order, case: Case, known: Any, meta: Meta) -> Case:
    """The case after the event that the command becomes."""
    command = COMMANDS[order.command]
    faults = [*command.may(order, case, known), *command.check(order, case, known)]
    assert not faults, (order.command, faults)
    assert state_fault(command, case, order.draft) is None
    event = command.rule(order, case, known)
    newest = replace(meta, type=command.event.__name__, version=meta.version + 1)
    if command.looks_back is None:
        return fold(case, event, newest)
    return case_of([*known.past.events, Told(newest, msgspec.to_builtins(event))])


def _timed(work: Callable[[], Case]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
