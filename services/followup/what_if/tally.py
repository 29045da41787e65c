"""Outcomes counted: by clock and urgency, by customer and in all, with the cases behind each number. Pure."""

from collections.abc import Iterable, Iterator
from typing import Self

from msgspec import Struct, field

from services.followup.what_if.outcome import Outcome
from shared.clocks.clock import Status
from shared.events.vocabulary import ClockName, Urgency

_OPEN = frozenset({Status.RUNNING, Status.PAUSED})


class Move(Struct, frozen=True):
    """Clocks that went from one status to another, and their cases; None: no target was set. Every clock is in one
    move, so that each number is the sum of some. `cases` are as many as were asked for, in the order received."""

    before: Status | None
    after: Status | None
    clocks: int
    case_count: int
    cases: list[str]

    @property
    def is_newly_breached(self) -> bool:
        """Whether the draft alone is missed."""
        return self.after is Status.BREACHED and self.before is not Status.BREACHED

    @property
    def is_no_longer_breached(self) -> bool:
        """Whether only what was is missed."""
        return self.before is Status.BREACHED and self.after is not Status.BREACHED


class Numbers(Struct, frozen=True):
    """How many clocks there are, and how they stand; `open` are neither kept nor missed yet.

    The due times of `provisional` ones rest on days that no official notice has confirmed.
    """

    n: int
    met: int
    breached: int
    open: int
    withdrawn: int
    provisional: int


class Comparison(Struct, frozen=True):
    """One group of clocks: what was and what would have been. What the group is not made by is None."""

    clock: ClockName | None
    urgency: Urgency | None
    customer_id: str | None
    customer_name: str | None
    before: Numbers
    after: Numbers
    newly_breached: int
    no_longer_breached: int
    moves: list[Move]


class _Moved(Struct):
    """What is counted of one move so far."""

    clocks: int = 0
    provisional_before: int = 0
    provisional_after: int = 0
    case_count: int = 0
    cases: list[str] = field(default_factory=list)
    last: str = ""

    def take(self, case_id: str, one: Outcome, most: int | None) -> None:
        """One clock more; those of a case come one after another."""
        self.clocks += 1
        self.provisional_before += one.is_provisional_before
        self.provisional_after += one.is_provisional_after
        if self.last != case_id:
            self.last = case_id
            self.case_count += 1
            if most is None or len(self.cases) < most:
                self.cases.append(case_id)


_Moves = dict[tuple[Status | None, Status | None], _Moved]


class Tally:
    """Counts case by case; `most` cases are named behind a number, None: all."""

    def __init__(self, most: int | None = None) -> None:
        self.cases = 0
        self._most = most
        self._total: _Moves = {}
        self._by_clock: dict[tuple[ClockName, Urgency], _Moves] = {}
        self._by_customer: dict[str | None, _Moves] = {}

    def add(self, case_id: str, customer_id: str | None, found: Iterable[Outcome]) -> None:
        """All clocks of one case more."""
        self.cases += 1
        own = self._by_customer.setdefault(customer_id, {})
        for one in found:
            for moves in (self._total, self._by_clock.setdefault((one.clock, one.urgency), {}), own):
                moves.setdefault((one.before, one.after), _Moved()).take(case_id, one, self._most)

    def total(self) -> Comparison:
        """All clocks together."""
        return _comparison(self._total)

    def by_clock(self) -> Iterator[Comparison]:
        """One group for each clock and urgency that occurred, in the order of the vocabulary."""
        clocks, urgencies = list(ClockName), list(Urgency)
        for clock, urgency in sorted(self._by_clock, key=lambda one: (clocks.index(one[0]), urgencies.index(one[1]))):
            yield _comparison(self._by_clock[clock, urgency], clock=clock, urgency=urgency)

    def by_customer(self) -> Iterator[Comparison]:
        """One group for each customer, those with the most changes first; customers not registered are one group."""
        found = [_comparison(moves, customer_id=one) for one, moves in self._by_customer.items()]
        yield from sorted(found, key=_by_weight)


def _by_weight(one: Comparison) -> tuple[int, int, str]:
    return -(one.newly_breached + one.no_longer_breached), -one.after.breached, one.customer_id or ""


class _Side(Struct):
    """One side of a comparison while it is summed up."""

    n: int = 0
    met: int = 0
    breached: int = 0
    open: int = 0
    withdrawn: int = 0
    provisional: int = 0

    def take(self, status: Status | None, clocks: int, provisional: int) -> Self:
        """So many clocks with this status more."""
        self.n += clocks if status is not None else 0
        self.met += clocks if status is Status.MET else 0
        self.breached += clocks if status is Status.BREACHED else 0
        self.open += clocks if status in _OPEN else 0
        self.withdrawn += clocks if status is Status.WITHDRAWN else 0
        self.provisional += provisional
        return self

    def numbers(self) -> Numbers:
        """The sum."""
        return Numbers(self.n, self.met, self.breached, self.open, self.withdrawn, self.provisional)


def _comparison(
    moves: _Moves,
    *,
    clock: ClockName | None = None,
    urgency: Urgency | None = None,
    customer_id: str | None = None,
) -> Comparison:
    before, after = _Side(), _Side()
    for (was, would_be), one in moves.items():
        before.take(was, one.clocks, one.provisional_before)
        after.take(would_be, one.clocks, one.provisional_after)
    found = [Move(*way, one.clocks, one.case_count, one.cases) for way, one in sorted(moves.items(), key=_by_way)]
    return Comparison(
        clock=clock,
        urgency=urgency,
        customer_id=customer_id,
        customer_name=None,
        before=before.numbers(),
        after=after.numbers(),
        newly_breached=sum(one.clocks for one in found if one.is_newly_breached),
        no_longer_breached=sum(one.clocks for one in found if one.is_no_longer_breached),
        moves=found,
    )


def _by_way(item: tuple[tuple[Status | None, Status | None], _Moved]) -> tuple[str, str]:
    was, would_be = item[0]
    return was or "", would_be or ""
