"""What the warranty of a mould says about a fault on a day. Pure advice: a person decides (B-01 to B-04, B-10).

The day on which months end still counts, as the Civil Code reckons (articles 201 and 202): it is the day of the same
number so many months after the start. Exclusions are listed for a person to judge, and never advised.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from shared.clocks.callbacks import months_later
from shared.events.mould import MouldRegistered, WarrantyTermsSet
from shared.events.vocabulary import Verdict
from shared.masters.mould import ShotCount
from shared.texts.catalogue import Sentence, sentence

PART_MONTHS = 12
"""How long a replaced part is covered from its replacement, where the contract says nothing else."""


class Replacement(Struct, frozen=True):
    """A part that was replaced on a day."""

    part_no: str
    name: str
    day: date
    case_id: str = ""


class CoveredPart(Struct, frozen=True):
    """A replaced part with the last day of its own warranty, and what that says about the day in question."""

    part_no: str
    name: str
    replaced_on: date
    covered_until: date
    verdict: Verdict
    case_id: str = ""


class Reason(Struct, frozen=True):
    """Why: a sentence of the catalogue `warranty` by its key, with its values."""

    key: str
    values: dict[str, Any] = {}

    @property
    def sentence(self) -> Sentence:
        """The reason in both languages."""
        return sentence("warranty", self.key).filled(self.values)


class Life(Struct, frozen=True):
    """The guaranteed life, which is no warranty (B-02); `left` None: the shots are not known."""

    guaranteed_shots: int
    left: int | None


class Advice(Struct, frozen=True):
    """What is advised for `day`: IN, OUT_TIME, OUT_SHOTS or UNKNOWN, with every reason.

    `shots` is what was read last, estimated where it says so; `exclusions` are for a person to look at.
    """

    day: date
    verdict: Verdict
    reasons: Sequence[Reason]
    covered_until: date | None = None
    warranty_shots: int | None = None
    shots: int | None = None
    is_estimated: bool = False
    exclusions: Sequence[str] = ()
    parts: Sequence[CoveredPart] = ()
    life: Life | None = None


def advise(
    day: date,
    terms: WarrantyTermsSet | None,
    registered: MouldRegistered | None,
    count: ShotCount | None,
    replaced: Iterable[Replacement] = (),
) -> Advice:
    """The advice for a fault on a day, from the contract, the counter and the parts replaced before."""
    found = list(_judged(day, terms, count))
    return Advice(
        day=day,
        verdict=found[0][0],
        reasons=[reason for _, reason in found],
        covered_until=_end(terms),
        warranty_shots=terms.shots if terms is not None else None,
        shots=count.shots if count is not None else None,
        is_estimated=count is not None and count.is_estimated,
        exclusions=terms.exclusions if terms is not None else (),
        parts=_parts(day, replaced),
        life=_life(registered, count),
    )


def _end(terms: WarrantyTermsSet | None) -> date | None:
    """The last day that the months cover, None where they set no end."""
    return months_later(terms.start, terms.months) if terms is not None and terms.months is not None else None


def _judged(day: date, terms: WarrantyTermsSet | None, count: ShotCount | None) -> Iterator[tuple[Verdict, Reason]]:
    """What each limit says: a limit that was passed leads, then what is not known; whichever ends first counts."""
    if terms is None:
        yield Verdict.UNKNOWN, Reason("no_terms")
    elif day < terms.start:
        yield Verdict.UNKNOWN, Reason("not_begun", {"start": terms.start})
    else:
        told = [*_by_time(day, terms), *_by_shots(terms, count)]
        yield from sorted(told, key=lambda one: _WEIGHT.index(one[0]))


_WEIGHT = (Verdict.OUT_TIME, Verdict.OUT_SHOTS, Verdict.UNKNOWN, Verdict.IN)


def _by_time(day: date, terms: WarrantyTermsSet) -> Iterator[tuple[Verdict, Reason]]:
    if (end := _end(terms)) is not None:
        is_in = day <= end
        yield Verdict.IN if is_in else Verdict.OUT_TIME, Reason("in_time" if is_in else "out_of_time", {"end": end})


def _by_shots(terms: WarrantyTermsSet, count: ShotCount | None) -> Iterator[tuple[Verdict, Reason]]:
    if terms.shots is None:
        return
    if count is None:
        yield Verdict.UNKNOWN, Reason("shots_unknown", {"most": terms.shots})
        return
    is_in = count.shots <= terms.shots
    key = ("within" if is_in else "over") + ("_estimated" if count.is_estimated else "_read")
    yield Verdict.IN if is_in else Verdict.OUT_SHOTS, Reason(key, {"shots": count.shots, "most": terms.shots})


def _parts(day: date, replaced: Iterable[Replacement]) -> list[CoveredPart]:
    """Each part by its newest replacement up to this day."""
    newest: dict[str, Replacement] = {}
    for one in replaced:
        if one.day <= day and (one.part_no not in newest or newest[one.part_no].day <= one.day):
            newest[one.part_no] = one
    return [_covered(day, newest[part_no]) for part_no in sorted(newest)]


def _covered(day: date, one: Replacement) -> CoveredPart:
    end = months_later(one.day, PART_MONTHS)
    verdict = Verdict.IN if day <= end else Verdict.OUT_TIME
    return CoveredPart(one.part_no, one.name, one.day, end, verdict, one.case_id)


def _life(registered: MouldRegistered | None, count: ShotCount | None) -> Life | None:
    if registered is None or registered.guaranteed_shots is None:
        return None
    left = max(0, registered.guaranteed_shots - count.shots) if count is not None else None
    return Life(registered.guaranteed_shots, left)
