"""Figures are what their definitions say: nothing is counted as 0, everybody who counts is named."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.analytics.figures.contribution import ClockUse, Contribution, percentile
from services.analytics.figures.fault_types import fault_types
from services.analytics.figures.overdue_rate import overdue_rates
from services.analytics.figures.resolution_rate import resolution_rate
from services.analytics.figures.response_time import response_time
from services.analytics.figures.satisfaction import satisfaction
from tests.support.samples import NOON


def case(case_id: str, **changes: Any) -> Contribution:
    values: dict[str, Any] = dict.fromkeys(Contribution.__struct_fields__)
    return Contribution(**{**values, "case_id": case_id, "received_at": NOON, **changes})


def after(**by: float) -> datetime:
    return NOON + timedelta(**by)


def test_a_percentile_lies_between_the_two_nearest_ranks() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert percentile([10.0], 0.9) == 10.0


@pytest.mark.proves("R-2.5.2-a")
def test_response_time_leaves_out_who_waits_and_shows_p90_from_ten_cases_on() -> None:
    nine = [case(str(number), minutes=float(number)) for number in range(9)]
    figure = response_time([*nine, case("w")])
    assert (figure.n, figure.mean, figure.median, figure.p90, figure.not_acknowledged) == (9, 4.0, 4.0, None, 1)
    assert response_time([*nine, case("9", minutes=9.0)]).p90 == pytest.approx(8.1)
    assert response_time([]).mean is None


@pytest.mark.proves("R-2.5.2-a")
def test_fault_types_are_sorted_by_count_then_code_and_the_unspecific_stand_last() -> None:
    codes = ["I-PQ-02", "I-PQ-01", "C-XX-99", "C-XX-99", "C-XX-99", "I-DM-01", "I-PQ-01", None]
    figure = fault_types(case(str(place), fault_code=code) for place, code in enumerate(codes))
    assert (figure.n, figure.without_code) == (7, 1)
    assert [bar.code for bar in figure.codes] == ["I-PQ-01", "I-DM-01", "I-PQ-02", "C-XX-99"]
    assert [(bar.code, bar.count) for bar in figure.groups] == [("I-PQ", 3), ("I-DM", 1), ("C-XX", 3)]
    assert figure.codes[-1].cumulative == 1.0
    assert not figure.codes[-1].is_vital


@pytest.mark.proves("R-2.5.2-a")
def test_the_resolution_rate_shows_the_matured_cases_apart() -> None:
    cohort = [
        case("a", verified_at=after(days=2)),
        case("b", verified_at=after(days=31)),
        case("c"),
        case("d", received_at=after(days=10), verified_at=after(days=12)),
        case("e", received_at=after(days=10), verified_at=after(days=40)),
    ]
    figure = resolution_rate(cohort, after(days=35))
    assert (figure.n, figure.verified, figure.rate) == (5, 3, 0.6)
    assert (figure.matured_n, figure.matured_verified, figure.matured_rate) == (3, 1, pytest.approx(1 / 3))
    assert (figure.cases, figure.unsolved) == (["a", "b", "c", "d", "e"], ["c", "e"])


def test_nothing_received_has_no_resolution_rate() -> None:
    assert resolution_rate([], NOON).rate is None


def test_a_clock_is_late_after_its_due_time_and_on_time_exactly_at_it() -> None:
    uses = [
        ClockUse("a", "RESOLUTION", NOON, NOON),
        ClockUse("b", "RESOLUTION", NOON, after(seconds=1)),
        ClockUse("c", "RESOLUTION", NOON, None),
        ClockUse("d", "FIRST_RESPONSE", NOON, after(hours=-1)),
        ClockUse("e", "RESOLUTION", after(hours=2), None),
    ]
    first, second = overdue_rates(uses, after(hours=1))
    assert (first.clock, first.n, first.breached, first.rate) == ("FIRST_RESPONSE", 1, 0, 0.0)
    assert (second.n, second.breached, second.open, second.rate) == (3, 2, 1, pytest.approx(2 / 3))
    assert (second.cases, second.missed) == (["a", "b", "c"], ["b", "c"])


def test_a_clock_that_a_new_urgency_made_late_is_shown_apart() -> None:
    uses = [
        ClockUse("a", "TRIAGE", NOON, NOON),
        ClockUse("b", "TRIAGE", NOON, None, "RECLASSIFIED"),
        ClockUse("c", "TRIAGE", NOON, after(hours=-1), "RECLASSIFIED"),
    ]
    (figure,) = overdue_rates(uses, after(hours=1))
    assert (figure.n, figure.breached, figure.by_change, figure.rate) == (2, 0, 1, 0.0)


def test_a_clock_that_is_due_at_the_cut_off_is_due_and_not_late() -> None:
    (figure,) = overdue_rates([ClockUse("a", "CALLBACK", NOON, None)], NOON)
    assert (figure.n, figure.breached) == (1, 0)
    assert overdue_rates([], NOON) == []


@pytest.mark.proves("R-2.5.2-a")
def test_satisfaction_is_a_mean_of_those_who_answered_with_their_share() -> None:
    cohort = [
        case("a", asked_at=NOON, process=5, result=4, attitude=5, timeliness=3, final_score=2),
        case("b", asked_at=NOON, process=3, result=1, attitude=4),
        case("c", asked_at=NOON),
        case("d"),
    ]
    figure = satisfaction(cohort)
    assert (figure.asked, figure.evaluated, figure.response_rate) == (3, 2, pytest.approx(2 / 3))
    by_name = {one.dimension: one for one in figure.dimensions}
    assert (by_name["process"].n, by_name["process"].mean, by_name["process"].top2) == (2, 4.0, 0.5)
    assert by_name["process"].points == 75.0
    assert (by_name["timeliness"].n, by_name["timeliness"].cases) == (1, ["a"])
    assert (by_name["result"].unhappy, by_name["final_score"].unhappy) == (["b"], ["a"])


def test_without_answers_there_is_no_satisfaction() -> None:
    figure = satisfaction([])
    assert figure.response_rate is None
    assert all((one.n, one.mean, one.points) == (0, None, None) for one in figure.dimensions)
