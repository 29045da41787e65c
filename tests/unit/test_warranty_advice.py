"""What the warranty of a mould advises on a day: by time, by shots, by replaced part; a person decides."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.events.mould import MouldRegistered, WarrantyTermsSet
from shared.events.vocabulary import MouldKind, StartBasis, Verdict
from shared.masters.mould import ShotCount
from shared.rules.warranty import Advice, Replacement, advise
from shared.texts.catalogue import catalogue

DAY = date(2026, 11, 23)


def terms(**changes: Any) -> WarrantyTermsSet:
    fields = {
        "start": date(2025, 12, 1),
        "start_basis": StartBasis.ACCEPTANCE,
        "months": 12,
        "shots": 300_000,
        "contract_ref": "HT-2025-7",
    }
    return WarrantyTermsSet(**{**fields, **changes})


def count(shots: int, *, is_estimated: bool = False) -> ShotCount:
    return ShotCount(shots, datetime(2026, 11, 1, tzinfo=UTC), is_estimated)


def keys(advice: Advice) -> list[str]:
    return [one.key for one in advice.reasons]


@pytest.mark.parametrize(
    ("granted", "read", "verdict", "reasons"),
    [
        (terms(), count(300_000), Verdict.IN, ["in_time", "within_read"]),
        (terms(), count(300_001), Verdict.OUT_SHOTS, ["over_read", "in_time"]),
        (terms(), count(300_001, is_estimated=True), Verdict.OUT_SHOTS, ["over_estimated", "in_time"]),
        (terms(), count(5, is_estimated=True), Verdict.IN, ["in_time", "within_estimated"]),
        (terms(), None, Verdict.UNKNOWN, ["shots_unknown", "in_time"]),
        (terms(months=11), None, Verdict.OUT_TIME, ["out_of_time", "shots_unknown"]),
        (terms(months=11), count(300_001), Verdict.OUT_TIME, ["out_of_time", "over_read"]),
        (terms(shots=None), None, Verdict.IN, ["in_time"]),
        (terms(months=None), count(10), Verdict.IN, ["within_read"]),
        (terms(months=None), None, Verdict.UNKNOWN, ["shots_unknown"]),
        (terms(start=date(2026, 11, 24)), count(10), Verdict.UNKNOWN, ["not_begun"]),
        (None, count(10), Verdict.UNKNOWN, ["no_terms"]),
    ],
)
@pytest.mark.proves("B-01")
def test_time_or_shots_whichever_ends_first_is_advised_with_every_reason(
    granted: WarrantyTermsSet | None, read: ShotCount | None, verdict: Verdict, reasons: list[str]
) -> None:
    advice = advise(DAY, granted, None, read)
    assert (advice.verdict, keys(advice)) == (verdict, reasons)


@pytest.mark.parametrize(
    ("start", "months", "day", "verdict"),
    [
        (date(2025, 11, 23), 12, date(2026, 11, 23), Verdict.IN),
        (date(2025, 11, 23), 12, date(2026, 11, 24), Verdict.OUT_TIME),
        (date(2025, 8, 31), 6, date(2026, 2, 28), Verdict.IN),
        (date(2025, 8, 31), 6, date(2026, 3, 1), Verdict.OUT_TIME),
    ],
)
@pytest.mark.proves("B-01")
def test_the_last_day_of_the_months_is_covered(start: date, months: int, day: date, verdict: Verdict) -> None:
    assert advise(day, terms(start=start, months=months, shots=None), None, None).verdict is verdict


@pytest.mark.proves("B-04")
def test_exclusions_are_listed_for_a_person_and_never_advised() -> None:
    advice = advise(DAY, terms(exclusions=["客户自行改模", "保养不当"]), None, count(10))
    assert (advice.verdict, list(advice.exclusions)) == (Verdict.IN, ["客户自行改模", "保养不当"])


@pytest.mark.proves("B-02")
def test_the_guaranteed_life_stands_apart_from_the_warranty() -> None:
    registered = MouldRegistered(
        mould_no="M-1",
        mould_name="前大灯壳体",
        kind=MouldKind.INJECTION,
        model="HT-88",
        spec="2 腔",
        customer_id="abcd-efghj",
        order_no="SO-1",
        delivery_date=date(2025, 1, 1),
        guaranteed_shots=500_000,
    )
    advice = advise(DAY, terms(), registered, count(420_000))
    assert advice.life is not None
    assert (advice.verdict, advice.life.guaranteed_shots, advice.life.left) == (Verdict.OUT_SHOTS, 500_000, 80_000)
    unread = advise(DAY, terms(), registered, None).life
    assert unread is not None
    assert unread.left is None


@pytest.mark.proves("B-10")
def test_a_replaced_part_has_twelve_months_of_its_own_from_its_newest_replacement() -> None:
    replaced = [
        Replacement("GP-20", "导柱", date(2025, 11, 23)),
        Replacement("SP-01", "弹簧", date(2025, 11, 22)),
        Replacement("SP-02", "顶针", date(2024, 1, 5)),
        Replacement("SP-02", "顶针", date(2026, 1, 5)),
        Replacement("SP-03", "镶件", date(2026, 12, 1)),
    ]
    advice = advise(DAY, terms(months=1), None, count(1), replaced)
    assert [(one.part_no, one.covered_until, one.verdict) for one in advice.parts] == [
        ("GP-20", date(2026, 11, 23), Verdict.IN),
        ("SP-01", date(2026, 11, 22), Verdict.OUT_TIME),
        ("SP-02", date(2027, 1, 5), Verdict.IN),
    ]
    assert advice.verdict is Verdict.OUT_TIME


def test_every_sentence_of_the_advice_can_be_said() -> None:
    told = {one.key for one in advise(DAY, None, None, None).reasons}
    for granted in (terms(), terms(months=1), terms(start=date(2027, 1, 1))):
        for read in (None, count(1), count(1, is_estimated=True), count(999_999), count(999_999, is_estimated=True)):
            for one in advise(DAY, granted, None, read).reasons:
                told.add(one.key)
                assert one.sentence.zh
    assert told == set(catalogue("warranty"))
