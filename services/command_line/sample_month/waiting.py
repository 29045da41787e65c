"""Cases of the last days that wait at a stage, so that somebody who looks finds every state with work to do."""

from datetime import datetime, timedelta

from msgspec import Struct

from services.command_line.sample_month.working_time import HERE, is_working_day, morning


class Wait(Struct, frozen=True):
    """The step after which a case waits, and the turns it takes to get there.

    `is_there`: our technician is at the customer's on the last working day. `is_calm`: nobody is in a hurry.
    """

    after: str
    is_onsite: bool
    is_there: bool = False
    technician: str = "technician"
    turns: frozenset[str] = frozenset()
    is_calm: bool = False


def _there(after: str, technician: str, *, is_calm: bool = True) -> Wait:
    return Wait(after, is_onsite=True, is_there=True, technician=technician, is_calm=is_calm)


_BY_AGE: dict[int, tuple[Wait, ...]] = {
    1: (Wait("acknowledged", is_onsite=False), Wait("warranty", is_onsite=True), Wait("received", is_onsite=False)),
    2: (
        Wait("consultation_requested", is_onsite=True, turns=frozenset({"consultation"})),
        Wait("requested", is_onsite=True),
        Wait("remote_resolved", is_onsite=False),
    ),
    3: (
        Wait("remote_begun", is_onsite=False, turns=frozenset({"remote_twice"})),
        Wait("confirmed", is_onsite=True),
        Wait("verified", is_onsite=False),
        Wait("requested", is_onsite=True),
    ),
    4: (
        Wait("prepared", is_onsite=True),
        Wait("remote_resolved", is_onsite=False),
        Wait("approved", is_onsite=True, technician="wu-gang", is_calm=True),
    ),
    5: (_there("arrived", "sun-peng"), _there("agreed", "technician"), Wait("prepared", is_onsite=True, is_calm=True)),
    6: (
        _there("planned", "zhao-lei", is_calm=False),
        _there("finished", "wu-gang"),
        Wait("evaluated", is_onsite=False, is_calm=True),
    ),
    7: (_there("trial_passed", "technician"), _there("performed", "zhao-lei"), _there("verified", "sun-peng")),
    8: (_there("reported", "wu-gang"), _there("evaluated", "technician")),
    14: (Wait("approved", is_onsite=True, technician="zhao-lei"),),
    17: (Wait("warranty", is_onsite=False),),
}
"""By the number of working days before the end of the month on which the case came in."""


class Waits:
    """Hands out the waits of a month that ends at `end`."""

    def __init__(self, end: datetime) -> None:
        self._left = {age: list(waits) for age, waits in _BY_AGE.items()}
        self._end = end.astimezone(HERE)
        day = self._end.date() - timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
        self.last_morning = morning(self._end.replace(year=day.year, month=day.month, day=day.day), 0, 30)

    def of(self, received_at: datetime) -> Wait | None:
        """Where a case that came in then waits, None when it goes on."""
        left = self._left.get(self._age(received_at))
        return left.pop(0) if left and is_working_day(received_at.astimezone(HERE).date()) else None

    def _age(self, received_at: datetime) -> int:
        day, count = received_at.astimezone(HERE).date(), 0
        while day < self._end.date():
            count += is_working_day(day)
            day += timedelta(days=1)
        return count
