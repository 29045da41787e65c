"""The plan of the month: every command of every case with its moment. Pure: a day in, a plan out."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.command_line.sample_month import CASES
from services.command_line.sample_month.bodies.ending import answers_for
from services.command_line.sample_month.cases import SPAN, Masters, settings
from services.command_line.sample_month.scripts import script_of
from services.command_line.sample_month.steps import ANSWERING, SENT, Step
from services.command_line.sample_month.tale import Setting, Tale


class Planned(Struct, frozen=True):
    """One command of the month: when, by whom, and the files that it names."""

    at: datetime
    case: int
    step: str
    user: str
    command: str
    aggregate_id: str | None
    command_id: str
    body: dict[str, Any]
    papers: tuple[bytes, ...] = ()


def plan(start: datetime, masters: Masters, cases: int = CASES) -> list[Planned]:
    """Every command from the first day up to the end of the month, in order of time."""
    end = start + SPAN
    found = [one for setting in settings(start, masters, cases) for one in told(setting, end)]
    return sorted(found, key=lambda one: (one.at, one.case))


def told(setting: Setting, end: datetime, script: Callable[[Tale], Iterator[Step]] = script_of) -> Iterator[Planned]:
    """The commands of one case as far as time goes, or as far as it waits."""
    tale, at = Tale(setting), setting.received_at
    for step in script(tale):
        at = step.pace(tale, at).replace(microsecond=0)
        if at >= end:
            return
        yield _planned(tale, step, at)
        tale.moments[step.name] = at
        if step.name == setting.waits_after:
            return


def _planned(tale: Tale, step: Step, at: datetime) -> Planned:
    tale.papers = []
    body = step.body(tale, at)
    stands_for = {SENT: tale.given.technician, ANSWERING: answers_for(tale)}
    return Planned(
        at=at,
        case=tale.given.number,
        step=step.name,
        user=stands_for.get(step.by, step.by),
        command=step.command,
        aggregate_id=None if step.name == "received" else tale.case_id,
        command_id=tale.command_id(step.name),
        body=body,
        papers=tuple(tale.papers),
    )
