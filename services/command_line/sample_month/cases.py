"""Which cases the month has: when each comes in, from whom, about which mould, and with which problem. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from services.command_line.sample_month.detours import NEEDS_EARLIER
from services.command_line.sample_month.tale import Setting, case_id_of
from services.command_line.sample_month.texts import Problem, problems
from services.command_line.sample_month.turns import Turns
from services.command_line.sample_month.waiting import Wait, Waits
from services.command_line.sample_month.working_time import HERE, at_time, is_working_day

SPAN = timedelta(days=42)
"""Six weeks: a visit, its month and the call-back after it fit."""
TECHNICIANS = ("technician", "zhao-lei", "sun-peng", "wu-gang")
_WEEKEND = 0.12
"""Reports of a free day, as a share of those of a working day."""
_CHANNELS = {"HOTLINE": 42, "IM": 20, "EMAIL": 17, "SALES_RELAY": 11, "VERBAL": 6, "LETTER": 4}
_NOT_TRAVELLED = 0.85
"""Share of the problems abroad that would need a visit and do not come to us."""
_NOT_FROM_ABROAD = {"HOTLINE", "IM", "LETTER", "VERBAL"}
_URGENCIES = {
    "LINE_DOWN": {"URGENT": 8, "NORMAL": 2},
    "DEGRADED": {"URGENT": 2, "NORMAL": 8},
    "SORTING": {"URGENT": 1, "NORMAL": 8, "MINOR": 1},
    "RUNNING": {"NORMAL": 4, "MINOR": 6},
    "IDLE": {"NORMAL": 3, "MINOR": 7},
}
_TROUBLESOME = 4
"""How many moulds of the register give trouble again and again, and how much more often."""


class Masters(Struct, frozen=True):
    """Customers by number and moulds of the register."""

    customers: Mapping[str, Mapping[str, Any]]
    moulds: Sequence[Mapping[str, Any]]


class Trouble(Struct, frozen=True):
    """A problem on a mould, and whether somebody must go there."""

    mould: Mapping[str, Any]
    problem: Problem
    is_onsite: bool


def settings(start: datetime, masters: Masters, cases: int) -> Iterator[Setting]:
    """What is given of each case, in the order in which they come in."""
    chance = Random("moldcare sample month")
    waits, turns = Waits(start + SPAN), Turns(chance)
    earlier: dict[str, tuple[datetime, int]] = {}
    for number, received_at in enumerate(received(start, cases, chance), 1):
        wait = waits.of(received_at)
        trouble = _trouble(chance, masters, received_at, wait)
        setting = _setting(chance, masters, trouble, number, received_at, wait, waits, turns, earlier)
        yield setting
        if "duplicate" not in setting.turns:
            earlier[trouble.mould["mould_no"]] = (received_at, number)


def _setting(
    chance: Random,
    masters: Masters,
    trouble: Trouble,
    number: int,
    received_at: datetime,
    wait: Wait | None,
    waits: Waits,
    turns: Turns,
    earlier: Mapping[str, tuple[datetime, int]],
) -> Setting:
    mould, is_calm = trouble.mould, wait is not None and wait.is_calm
    production = chance.choice(_calm(trouble.problem) if is_calm else trouble.problem.production)
    customer = masters.customers[mould["customer_no"]]
    is_free_day = not is_working_day(received_at.astimezone(HERE).date())
    contact, channel = _voice(chance, customer, is_free_day=is_free_day)
    urgency = _one_of(chance, _URGENCIES[production])
    if is_free_day:
        urgency = "URGENT"
    elif is_calm or (channel == "LETTER" and production in _calm(trouble.problem)):
        urgency = "MINOR"
    onsite, before = trouble.is_onsite, _earlier(earlier.get(mould["mould_no"]), received_at)
    taken = (
        turns.of_waiting(wait.turns, is_onsite=onsite)
        if wait
        else turns.of(number, is_onsite=onsite, has_earlier=before is not None)
    )
    return Setting(
        number=number,
        received_at=received_at,
        customer=customer,
        contact=contact,
        mould=mould,
        problem=trouble.problem,
        channel="SALES_RELAY" if taken & NEEDS_EARLIER else channel,
        urgency=urgency,
        production=production,
        is_onsite=onsite,
        technician=wait.technician if wait else TECHNICIANS[number % len(TECHNICIANS)],
        turns=taken,
        waits_after=wait.after if wait else None,
        visit_at=waits.last_morning if wait and wait.is_there else None,
        earlier_case=before,
    )


def _earlier(found: tuple[datetime, int] | None, received_at: datetime) -> str | None:
    """The case before on the same mould, once everybody can know of it."""
    if found is None or received_at - found[0] < timedelta(days=1):
        return None
    return case_id_of(found[1])


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
        minutes = 20 + share * 440 + (60 if share > 0.4 else 0) + chance.uniform(-15, 15)
        yield (at_time(days[place], time(8, 30)) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def _trouble(chance: Random, masters: Masters, at: datetime, wait: Wait | None) -> Trouble:
    """A delivered mould and a problem that it can have; a case that is to wait needs one that leads there."""
    before = f"{at - timedelta(days=10):%Y-%m-%d}"
    delivered = [one for one in masters.moulds if one["delivery_date"] < before] or list(masters.moulds)
    often = delivered + delivered[:: max(1, len(delivered) // _TROUBLESOME)] * 3
    while True:
        mould = chance.choice(often)
        able = [one for one in problems() if _can_have(mould, one)]
        problem = chance.choices(able, [one.weight for one in able])[0]
        is_onsite = problem.route == "onsite" or (problem.route == "either" and chance.random() < 0.5)
        if is_onsite and _is_abroad(masters.customers[mould["customer_no"]]) and chance.random() < _NOT_TRAVELLED:
            continue
        if wait is None or (wait.is_onsite == is_onsite and (_calm(problem) or not wait.is_calm)):
            return Trouble(mould, problem, is_onsite)


def _is_abroad(customer: Mapping[str, Any]) -> bool:
    return bool(customer["sites"][0]["zone"] == "OVERSEAS")


def _calm(problem: Problem) -> list[str]:
    """How production may stand while nobody is in a hurry; nothing where somebody is in danger."""
    is_danger = any("安全" in text for text in problem.reports)
    return [] if is_danger else [one for one in problem.production if one != "LINE_DOWN"]


def _can_have(mould: Mapping[str, Any], problem: Problem) -> bool:
    known = f"{mould['mould_name']} {mould['spec']}"
    return mould["kind"] in problem.kinds and (not problem.needs or any(word in known for word in problem.needs))


def _voice(chance: Random, customer: Mapping[str, Any], *, is_free_day: bool) -> tuple[Mapping[str, Any], str]:
    """Who of the customer speaks, and through which channel."""
    contact = chance.choice(customer["contacts"])
    channel = "HOTLINE" if is_free_day else _one_of(chance, _CHANNELS)
    if customer["language"] == "en" and channel in _NOT_FROM_ABROAD:
        channel = "EMAIL"
    return contact, "IM" if channel == "EMAIL" and "email" not in contact else channel


def _one_of(chance: Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
