"""Read models without a database: rows fit their tables, text is found, figures are what their definitions say."""

import re
from pathlib import Path

import pytest

from services.analytics.reads.metrics import bounds
from shared.events.envelope import Recorded
from shared.projections.case_line import line_of
from shared.projections.copying import columns_of
from shared.projections.paging import BadCursor, Place, cursor_of, place_of
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.reference import Reference
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


def test_a_batch_folds_an_event_once_and_its_parts_share_that() -> None:
    path = Path(__file__).parents[1] / "corpus" / "events" / "FeedbackReceived.1.json"
    reader = Reader([Recorded(1, "evt.case.a", path.read_bytes().rstrip(b"\n"))])
    (recorded,) = reader.batch
    change = reader.change(None, recorded, Reference())
    assert reader.change(None, recorded, Reference()) is change
    assert reader.behind(0).change(None, recorded, Reference()) is change
    assert change.after.once(line_of) is change.after.once(line_of)
    assert change.after.version == 1


def test_pairs_find_words_of_any_language_whatever_their_width() -> None:
    assert list(pairs("飞边 Ａb")) == ["飞边", "ab"]
    assert "'边'" in words_of("飞边")
    assert sought("边") == "'边':*"
    assert sought("M-12 飞边") == "'12' & '飞边'"
    assert sought("!?") is None


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
