"""Every requirement of the norm is served by a command or a guard and proven by a test; the page of them is true."""

import pytest

from shared.texts.catalogue import catalogue
from tests.norm.clauses import clauses
from tests.norm.page import PAGE, page
from tests.norm.proofs import proofs
from tests.norm.serving import commands, guards

NORM = [clause for clause in catalogue("norm") if clause.startswith("R-")]


@pytest.mark.parametrize("clause", NORM)
def test_a_requirement_of_the_norm_is_served_and_proven(clause: str) -> None:
    assert commands().get(clause) or guards().get(clause), "nothing names it"
    assert proofs().get(clause), "no test proves it"


def test_only_requirements_that_exist_are_named() -> None:
    assert {*commands(), *guards(), *proofs()} <= set(catalogue("norm"))


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_ranges_and_lists_of_clauses_are_spelled_out() -> None:
    assert list(clauses("(R-2.1.3-a to -c, B-07)")) == ["R-2.1.3-a", "R-2.1.3-b", "R-2.1.3-c", "B-07"]
    assert list(clauses("R-2.1.1-b, -c; R-2.1.2-a")) == ["R-2.1.1-b", "R-2.1.1-c", "R-2.1.2-a"]
