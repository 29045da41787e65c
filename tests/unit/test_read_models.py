"""Read models without a database: rows fit their tables, text is found, figures are what their definitions say."""

import re
from pathlib import Path

import pytest

from services.analytics.figures import Contribution, fault_types, percentile, response_time
from services.analytics.reads.metrics import bounds
from shared.events.envelope import Recorded
from shared.events.policy import SlaContent
from shared.projections.copying import columns_of
from shared.projections.paging import BadCursor, Place, cursor_of, place_of
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.reference import Levels, Reference
from shared.projections.search_text import pairs, sought, words_of
from tests.support.reading import PROJECTIONS


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: one.name)
def test_a_table_has_the_columns_of_its_row_in_order(projection: Projection) -> None:
    inside = projection.table[projection.table.index("(") + 1 : projection.table.rindex(")")]
    columns = tuple(line.split()[0] for line in re.split(r",\s*\n", inside.strip()))
    assert columns == projection.columns
    assert columns[0] == "aggregate_id"
    assert {"version", "sequence"} <= set(columns)
    assert set(projection.key) <= set(columns)
    assert len(columns_of(projection)) == len(columns)


def test_what_two_read_models_ask_for_is_made_once_under_the_same_rules() -> None:
    asked: list[str] = []

    def longer(before: str | None, recorded: Recorded, event: str, levels: Levels) -> str:
        asked.append(event)
        return (before or "") + event

    path = next((Path(__file__).parents[1] / "corpus" / "events").glob("*.json"))
    recorded = Recorded(1, "evt.case.a", path.read_bytes().rstrip(b"\n"))
    reader = Reader([recorded])
    rules, others = Reference(), Reference({1: SlaContent(name="", targets={})})
    assert reader.lent(rules) is reader.lent(Reference()) is not reader.lent(others)
    for reference, before in ((rules, None), (Reference(), None), (rules, "a"), (others, "a")):
        assert reader.lent(reference).once(longer, before, recorded, "b") == (before or "") + "b"
    assert len(asked) == 3


def test_pairs_find_words_of_any_language_whatever_their_width() -> None:
    assert list(pairs("飞边 Ａb")) == ["飞边", "ab"]
    assert "'边'" in words_of("飞边")
    assert sought("边") == "'边':*"
    assert sought("!?") is None


def test_a_percentile_lies_between_the_two_nearest_ranks() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert percentile([10.0], 0.9) == 10.0


def test_response_time_leaves_out_who_waits_and_shows_p90_from_ten_cases_on() -> None:
    nine = [Contribution(str(number), float(number), None) for number in range(9)]
    figure = response_time([*nine, Contribution("w", None, None)])
    assert (figure.n, figure.mean, figure.median, figure.p90, figure.not_acknowledged) == (9, 4.0, 4.0, None, 1)
    assert response_time([*nine, Contribution("9", 9.0, None)]).p90 == pytest.approx(8.1)
    assert response_time([]).mean is None


def test_fault_types_are_sorted_by_count_then_code_and_the_unspecific_stand_last() -> None:
    codes = ["I-PQ-02", "I-PQ-01", "C-XX-99", "C-XX-99", "C-XX-99", "I-DM-01", "I-PQ-01", None]
    figure = fault_types(Contribution(str(place), None, code) for place, code in enumerate(codes))
    assert (figure.n, figure.without_code) == (7, 1)
    assert [bar.code for bar in figure.codes] == ["I-PQ-01", "I-DM-01", "I-PQ-02", "C-XX-99"]
    assert [(bar.code, bar.count) for bar in figure.groups] == [("I-PQ", 3), ("I-DM", 1), ("C-XX", 3)]
    assert figure.codes[-1].cumulative == 1.0
    assert not figure.codes[-1].is_vital


def test_a_month_begins_and_ends_in_shanghai() -> None:
    start, end = bounds("2026-12")
    assert (start.isoformat(), end.isoformat()) == ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00")
    with pytest.raises(ValueError, match="no month"):
        bounds("December")


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = cursor_of(Place("received", "2026", "a"))
    assert place_of(cursor, "received").key == "a"
    for bad, sort in ((cursor, "due"), ("???", "received"), ("", "received")):
        with pytest.raises(BadCursor):
            place_of(bad, sort)
