"""Advice as pure rules: how alike texts are, repair or replace, groups of faults, and skills that nobody holds."""

from datetime import date
from typing import Any

import pytest

from services.administration.reads.skills import SkillItem, lacking
from services.intake.reads.duplicates import fault_group
from services.triage.advice import repair_or_replace
from shared.projections.search_text import alternatives, likeness


@pytest.mark.proves("B-08")
@pytest.mark.parametrize(
    ("given", "advice", "life", "share", "missing"),
    [
        ({}, None, None, None, ["guaranteed_shots", "shots", "repair_cost_fen", "original_price_fen"]),
        ({"guaranteed_shots": 1000, "shots": 899}, None, 0.899, None, ["repair_cost_fen", "original_price_fen"]),
        ({"guaranteed_shots": 1000, "shots": 900}, "REPLACE", 0.9, None, ["repair_cost_fen", "original_price_fen"]),
        ({"repair_cost_fen": 71, "original_price_fen": 100}, "REPLACE", None, 0.71, ["guaranteed_shots", "shots"]),
        ({"repair_cost_fen": 70, "original_price_fen": 100}, None, None, 0.7, ["guaranteed_shots", "shots"]),
        (
            {"guaranteed_shots": 1000, "shots": 0, "repair_cost_fen": 70, "original_price_fen": 100},
            "REPAIR",
            0.0,
            0.7,
            [],
        ),
    ],
)
def test_repair_or_replace_says_what_speaks_for_it_and_what_is_not_known(
    given: dict[str, int], advice: str | None, life: float | None, share: float | None, missing: list[str]
) -> None:
    known: dict[str, Any] = {**dict.fromkeys(("guaranteed_shots", "shots", "repair_cost_fen")), **given}
    told = repair_or_replace(is_estimated=True, **known)
    assert (told.advice, told.life_used, told.cost_share, told.missing) == (advice, life, share, missing)
    assert told.is_estimated


def test_texts_are_alike_by_the_pairs_they_share() -> None:
    assert likeness("合模后出现飞边", "合模后出现飞边") == 1.0
    assert likeness("飞边", "漏水") == 0.0
    assert likeness("", "") == 0.0
    assert likeness("ABCD", "abce") == pytest.approx(2 * 2 / 6)
    assert alternatives("飞边大") == "'飞边' | '边大'"
    assert alternatives("!") is None


def test_a_group_of_faults_is_the_code_without_its_number() -> None:
    assert (fault_group("I-PQ-01"), fault_group("I-PQ-02"), fault_group("C-MV-01")) == ("I-PQ", "I-PQ", "C-MV")


def test_a_skill_whose_certificate_ran_out_is_lacking() -> None:
    known = [
        SkillItem("a", None, "焊接", 3, date(2020, 1, 1), True),
        SkillItem("b", None, "Hot runner", 2, None, False),
    ]
    assert lacking(known, ["焊接", "hot runner", "抛光", "抛光"]) == ["焊接", "抛光"]
