"""The firm that measurements are taken on: its cases are ones that the product's own rules have made."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from services.command_line.ground import ground
from shared.case.lifecycle import ENDS, OPEN
from shared.case.state import Case
from shared.events.envelope import Recorded, subject_of
from shared.events.vocabulary import CaseState
from shared.projections.catch_up import catch_up
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.runtime.settings import Settings
from shared.store.cache import Aggregates
from shared.store.memory import MemoryStore
from tests.bench.firm.years import fill
from tests.support.reading import PROJECTIONS, parked, whole_log

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
CASES = 150


async def test_every_case_folds_and_read_models_take_all_of_it(deployment: Settings) -> None:
    store = MemoryStore()
    async with ground(deployment, "service") as here:
        async for _ in fill(store, here, CASES, NOW, lived=40, firm=12):
            pass
        place = Workplace(store, here.pool, here.opener)
        await catch_up(store, [await live_member(place, one) for one in PROJECTIONS])
        for projection in PROJECTIONS:
            assert await parked(place, projection.name) == []
        async with here.pool.connection() as connection:
            texts = await connection.execute("select count(distinct body) from read.case_text where version = 1")
            assert (await texts.fetchone() or (0,))[0] > 20
    log = await whole_log(store)
    aggregates = Aggregates(store)
    subjects = sorted({one.subject for one in log if one.kind == "case"})
    states = [(await aggregates.get(subject)).state for subject in subjects]
    found = Counter(case.state for case in states if isinstance(case, Case))
    assert sum(found.values()) == CASES
    assert set(found) == {*OPEN, CaseState.ARCHIVED, CaseState.CLOSED}
    assert found[CaseState.CLOSED] > CASES // 2
    assert set(ENDS) & set(found) == {CaseState.CLOSED}
    assert_in_order(log)
    assert_what_cases_saw_stands_where_they_saw_it(log)


def assert_in_order(log: list[Recorded]) -> None:
    """Recorded one after the other until now, each by somebody who knew of it by then."""
    instants = [one.meta.recorded_at for one in log]
    assert instants == sorted(instants)
    assert NOW - timedelta(days=14) < instants[-1] <= NOW
    assert all(one.meta.occurred_at <= one.meta.recorded_at for one in log)
    assert len({one.meta.event_id for one in log}) == len(log)


def assert_what_cases_saw_stands_where_they_saw_it(log: list[Recorded]) -> None:
    """Positions kept as seen are those of the newest event of what was seen."""
    newest: dict[str, int] = {}
    for one in log:
        for name, position in one.meta.seen.items():
            kind, _, aggregate_id = name.partition(".")
            assert newest[subject_of(kind, aggregate_id)] == position, (one.subject, name)
        newest[one.subject] = one.sequence
