"""The plan of the month: which cases begin when, on which moulds, with which turns. Pure: a day in, a plan out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from services.command_line.sample_month import waiting
from services.command_line.sample_month.bodies.ending import answers_for
from services.command_line.sample_month.scripts import ANSWERING, SENT, Step, script_of
from services.command_line.sample_month.tale import Setting, Tale
from services.command_line.sample_month.texts import Problem, problems
from services.command_line.sample_month.working_time import HERE, at_time, is_working_day

SPAN = timedelta(days=42)
"""Six weeks: a visit, its month and the call-back after it fit."""
CASES = 120
MOST_CASES = 2000
TECHNICIANS = ("technician", "zhao-lei", "sun-peng", "wu-gang")
_WEEKEND = 0.12
"""Reports of a free day, as a share of those of a working day."""
_CHANNELS = (
    ("HOTLINE",) * 42 + ("IM",) * 20 + ("EMAIL",) * 17 + ("SALES_RELAY",) * 11 + ("VERBAL",) * 6 + ("LETTER",) * 4
)
_URGENCIES = {
    "LINE_DOWN": ("URGENT",) * 8 + ("NORMAL",) * 2,
    "DEGRADED": ("URGENT",) * 2 + ("NORMAL",) * 8,
    "SORTING": ("URGENT",) * 1 + ("NORMAL",) * 8 + ("MINOR",) * 1,
    "RUNNING": ("NORMAL",) * 4 + ("MINOR",) * 6,
    "IDLE": ("NORMAL",) * 3 + ("MINOR",) * 7,
}
_OFTEN = 4
"""How many moulds of the register give trouble again and again."""


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


class Masters(Struct, frozen=True):
    """Customers by number and moulds of the register."""

    customers: Mapping[str, Mapping[str, Any]]
    moulds: Sequence[Mapping[str, Any]]


def plan(start: datetime, masters: Masters, cases: int = CASES) -> list[Planned]:
    """Every command from the first day up to the end of the month, in order of time."""
    end = start + SPAN
    found = [one for setting in settings(start, masters, cases) for one in told(setting, end)]
    return sorted(found, key=lambda one: (one.at, one.case))


def told(setting: Setting, end: datetime) -> Iterator[Planned]:
    """The commands of one case as far as time goes, or as far as it waits."""
    tale, at = Tale(setting), setting.received_at
    for step in script_of(tale):
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


def settings(start: datetime, masters: Masters, cases: int) -> Iterator[Setting]:
    """What is given of each case, in the order in which they come in."""
    chance, earlier = Random("moldcare sample month"), dict[str, str]()
    waits = waiting.Waits(start + SPAN)
    for number, received_at in enumerate(received(start, cases, chance), 1):
        wait = waits.of(received_at)
        mould, problem = _trouble(chance, masters.moulds, received_at, wait)
        is_free_day = not is_working_day(received_at.astimezone(HERE).date())
        production = chance.choice(problem.production)
        customer = masters.customers[mould["customer_no"]]
        contact, channel = _voice(chance, customer, is_free_day=is_free_day)
        is_onsite = problem.route == "onsite" if wait is None else wait.is_onsite
        if wait is None and problem.route == "either":
            is_onsite = chance.random() < 0.5
        urgency = "URGENT" if is_free_day else chance.choice(_URGENCIES[production])
        yield Setting(
            number=number,
            received_at=received_at,
            customer=customer,
            contact=contact,
            mould=mould,
            problem=problem,
            channel=channel,
            urgency="MINOR" if channel == "LETTER" and production != "LINE_DOWN" else urgency,
            production=production,
            is_onsite=is_onsite,
            technician=TECHNICIANS[number % len(TECHNICIANS)] if wait is None else wait.technician,
            turns=_turns(chance, number, is_onsite=is_onsite, waits=wait is not None),
            waits_after=None if wait is None else wait.after,
            visit_at=None if wait is None or not wait.is_there else waits.last_morning,
            earlier_case=earlier.get(mould["mould_no"]),
        )
        earlier[mould["mould_no"]] = Tale(
            Setting(number, received_at, customer, contact, mould, problem, channel, urgency, production, is_onsite, "")
        ).case_id


def received(start: datetime, cases: int, chance: Random) -> Iterator[datetime]:
    """When the reports come in: evenly over the working days, seldom on free ones."""
    days = [(start + timedelta(days=number)).astimezone(HERE).date() for number in range(SPAN.days)]
    weights = [1.0 if is_working_day(day) else _WEEKEND for day in days]
    place, passed, per_case = 0, 0.0, sum(weights) / cases
    for number in range(cases):
        wanted = (number + 0.5) * per_case
        while passed + weights[place] < wanted:
            passed += weights[place]
            place += 1
        share = (wanted - passed) / weights[place]
        minutes = 20 + share * 470 + chance.uniform(-15, 15)
        opening = at_time(days[place], time(8, 30))
        yield (opening + timedelta(minutes=minutes + (60 if share > 0.4 else 0))).replace(second=0, microsecond=0)


def _trouble(
    chance: Random, moulds: Sequence[Mapping[str, Any]], at: datetime, wait: waiting.Wait | None
) -> tuple[Mapping[str, Any], Problem]:
    """A delivered mould and a problem that it can have; a case that is to wait on site needs one for a visit."""
    delivered = [one for one in moulds if one["delivery_date"] < f"{at - timedelta(days=10):%Y-%m-%d}"]
    for _ in range(200):
        mould = chance.choice(delivered + delivered[:: max(1, len(delivered) // _OFTEN)] * 3)
        able = [one for one in problems() if _can_have(mould, one)]
        problem = chance.choices(able, [one.weight for one in able])[0]
        if wait is None or problem.route in ("either", "onsite" if wait.is_onsite else "remote"):
            return mould, problem
    raise LookupError("no mould has such a problem")


def _can_have(mould: Mapping[str, Any], problem: Problem) -> bool:
    known = f"{mould['mould_name']} {mould['spec']}"
    return mould["kind"] in problem.kinds and (not problem.needs or any(word in known for word in problem.needs))


def _voice(chance: Random, customer: Mapping[str, Any], *, is_free_day: bool) -> tuple[Mapping[str, Any], str]:
    contact = chance.choice(customer["contacts"])
    channel = "HOTLINE" if is_free_day else chance.choice(_CHANNELS)
    if customer["language"] == "en" and channel in {"HOTLINE", "IM", "LETTER", "VERBAL"}:
        channel = "EMAIL"
    return contact, "IM" if channel == "EMAIL" and "email" not in contact else channel


def _turns(chance: Random, number: int, *, is_onsite: bool, waits: bool) -> frozenset[str]:
    """What goes otherwise than usual: by number, so that every turn is taken, or by chance."""
    often = {
        "consultation": 55 if is_onsite else 15,
        "no_session": 15 if is_onsite else 0,
        "remote_twice": 0 if is_onsite else 25,
        "no_reply": 20,
        "nothing_to_tell": 0 if is_onsite else 35,
    }
    turns = {turn for turn, percent in often.items() if chance.random() * 100 < percent}
    if waits:
        return frozenset(turns)
    every = {"late_response": (9, 4), "late_recording": (13, 5), "slow": (10, 3), "unknown_fields": (12, 7)}
    turns |= {turn for turn, (step, rest) in every.items() if number % step == rest}
    if is_onsite:
        on_site = {"fails": (11, 2), "rejected": (17, 6), "conditional": (29, 9), "plan_refused": (23, 8)}
        turns |= {turn for turn, (step, rest) in on_site.items() if number % step == rest}
    if number in _DISSATISFIED:
        turns.add("dissatisfied")
    return frozenset(turns - {"no_session"} if "rejected" in turns else turns)


_DISSATISFIED = (14, 31)
"""Cases whose customers are not content at the call-back after a week."""
