"""Read models on PostgreSQL: live, catching up, in quarantine and healed, rebuilt beside and swapped."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from msgspec.structs import astuple, replace

from services.intake.projections.open_cases import OPEN_CASES
from services.intake.projections.open_cases import apply as apply_open_cases
from services.intake.reads.cases import case
from shared.events.envelope import Meta, encode, event_id, subject_of
from shared.projections.catch_up import catch_up
from shared.projections.healing import StillBroken, heal
from shared.projections.live import live_member
from shared.projections.materializer import Workplace
from shared.projections.opening import PeopleOpener
from shared.projections.projection import Projection
from shared.projections.rebuilding import build_beside, compare, discard, rows_hash, swap
from shared.projections.scope import EVERYTHING
from shared.projections.statements import Statements
from shared.projections.table import Table
from shared.runtime.settings import Settings
from shared.store.connection import connect
from shared.store.jetstream import JetStreamStore
from shared.store.port import Draft
from tests.support import samples
from tests.support.corrections import correct, void
from tests.support.desk import Desk
from tests.support.reading import (
    PROJECTIONS,
    following,
    parked,
    refolded,
    shown,
    stored,
    whole_log,
    workplace,
)
from tests.waiting import until

LIVE = OPEN_CASES.table_name(1)


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.fixture
async def place(deployment: Settings, desk: Desk) -> AsyncIterator[Workplace]:
    async with workplace(deployment, desk.store, PeopleOpener(desk.people)) as place:
        yield place


async def busy(desk: Desk, cases: int = 3) -> list[str]:
    """Cases in all the states that there are; their ids."""
    opened = []
    for number in range(cases):
        case_id = await desk.register(mould_no=f"M-{number}", customer_name=f"客户 {number}")
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
        if number % 2:
            await desk.send("Classify", samples.classification(), to=case_id)
        opened.append(case_id)
    return opened


async def masters(desk: Desk) -> None:
    customer = await desk.send("RegisterCustomer", samples.customer())
    await desk.send("RegisterMould", samples.mould(customer.body["id"]))


async def assert_as_refolded(place: Workplace, projections: list[Projection]) -> None:
    log = await whole_log(place.store)
    for projection in projections:
        assert await stored(place, projection) == await refolded(place, projection, log), projection.name


async def test_every_read_model_follows_the_log_live_and_equals_a_plain_refold(place: Workplace, desk: Desk) -> None:
    async with following(place, PROJECTIONS):
        await masters(desk)
        await busy(desk)
        await shown(place, PROJECTIONS)
        await busy(desk, 2)
        await shown(place, PROJECTIONS)
    await assert_as_refolded(place, PROJECTIONS)


async def test_the_log_of_jetstream_is_followed(deployment: Settings) -> None:
    client = await connect(deployment.access("service"), name="test")
    async with JetStreamStore(client) as store:
        desk = Desk(store)
        await desk.open()
        async with workplace(deployment, store, PeopleOpener(desk.people)) as place, following(place, PROJECTIONS):
            await busy(desk)
            await shown(place, PROJECTIONS)
            await assert_as_refolded(place, PROJECTIONS)
    await client.close()


async def test_catching_up_and_following_live_make_the_same_rows(place: Workplace, desk: Desk) -> None:
    await masters(desk)
    await busy(desk, 40)
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
        await busy(desk, 2)
        await shown(place, PROJECTIONS)
    async with following(place, PROJECTIONS):
        await busy(desk, 2)
        await shown(place, PROJECTIONS)
    await assert_as_refolded(place, PROJECTIONS)


async def test_a_follower_that_forgets_folds_a_case_again_from_its_own_events(
    place: Workplace, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projections.folding.STANDINGS", 1)
    folding = [one for one in PROJECTIONS if one.folds]
    async with following(place, folding):
        opened = [await desk.register(mould_no=f"M-{number}") for number in range(5)]
        await shown(place, folding)
        for body in (("AcknowledgeCase", samples.acknowledgement()), ("Classify", samples.classification())):
            for case_id in opened:
                assert (await desk.send(*body, to=case_id)).status == 201
                await shown(place, folding)
    await assert_as_refolded(place, folding)
    assert [await parked(place, one.name) for one in folding] == [[] for _ in folding]


async def test_ranges_that_go_on_over_stretches_are_ended_where_they_stand(place: Workplace, desk: Desk) -> None:
    ranged = [one for one in PROJECTIONS if one.ranges]
    members = [await live_member(place, one) for one in ranged]
    cases = [await desk.register(mould_no=f"M-{number}") for number in range(70)]
    await catch_up(place.store, members)
    for case_id in cases:
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)
    await desk.send("Classify", samples.classification(), to=cases[0])
    await catch_up(place.store, members)
    await assert_as_refolded(place, ranged)


async def test_a_listener_gets_every_event_from_its_own_position(place: Workplace, desk: Desk) -> None:
    heard: list[int] = []

    class Listener:
        async def position(self) -> int:
            return 2

        async def take(self, position: int, batch: list[Any]) -> int:
            assert batch[0].sequence == position + 1
            heard.extend(one.sequence for one in batch)
            return heard[-1]

    async with following(place, [OPEN_CASES], listeners=[Listener()]):
        await shown(place, [OPEN_CASES])
        await busy(desk)
        await shown(place, [OPEN_CASES])
        last = await desk.store.last()
        await heard_all(heard, last)
    assert heard == list(range(3, last + 1))


async def heard_all(heard: list[int], last: int) -> None:
    async def done() -> bool:
        return bool(heard) and heard[-1] == last

    await until(done)


async def test_rows_that_are_copied_come_back_as_they_were(place: Workplace) -> None:
    customers, metrics, improvements = (
        next(one for one in PROJECTIONS if one.name == name)
        for name in ("customers", "quality_metrics", "improvements")
    )
    odd = customers.row(
        "", 1, 2**40, "c\\d", "e\nf\t\\N", "飞边😀", True, False, ['g"h', "i,j\\", ""], [], ["NULL"], "x\ty"
    )
    instant = datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=8)))
    values = {**dict.fromkeys(metrics.columns), "aggregate_id": "a", "version": 1, "sequence": 1, "origin": ""}
    texts = {"urgency": "", "channel": "", "recorded_at": instant, "received_at": instant, "minutes": -0.0}
    sparse = metrics.row(**{**values, **texts})
    raised = improvements.row(
        *("", 1, 1, "OPEN", "CASE", "TECH", [], None, None, None, None, None, None, instant, instant, True, 2),
        *(["TECH", "SUPERVISOR"], [1, -(2**31)], None, instant),
    )
    for projection, row in ((customers, odd), (metrics, sparse), (improvements, raised)):
        rows = [replace(row, aggregate_id=f"{number:03d}", version=number) for number in range(600)]
        member = await live_member(place, projection)
        async with place.pool.connection() as connection:
            await Table(projection, member.build.table).put(Statements(connection), rows)
        assert await stored(place, projection) == [astuple(one) for one in rows]


def broken_for(case_id: str, *, by_database: bool) -> Projection:
    """open_cases with a defect that shows in one case from its second event on."""

    def apply(current: Any, recorded: Any, event: Any, reference: Any) -> Any:
        rows = apply_open_cases(current, recorded, event, reference)
        if recorded.aggregate_id == case_id and recorded.meta.version > 1:
            if not by_database:
                raise ZeroDivisionError
            rows = tuple(replace(row, line=replace(row.line, customer_name="\x00")) for row in rows)
        return rows

    return replace(OPEN_CASES, apply=apply)


@pytest.mark.parametrize("by_database", [False, True])
async def test_a_case_that_cannot_be_taken_is_parked_and_healed_after_the_fix(
    place: Workplace, desk: Desk, by_database: bool
) -> None:
    sick = await desk.register()
    defect = broken_for(sick, by_database=by_database)
    async with following(place, [defect]):
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=sick)
        await busy(desk)
        await desk.send("Classify", samples.classification(), to=sick)
        await shown(place, [OPEN_CASES])
        subject = subject_of("case", sick)
        events = await desk.events(sick)
        held_back = await parked(place, "open_cases")
        # The database refuses a whole stretch of the case, our own code what it was folding at once.
        assert held_back[-len(events) + 1 :] == [(subject, one.sequence) for one in events[1:]]
        assert len(held_back) in (len(events) - 1, len(events))
        others = [row for row in await stored(place, OPEN_CASES) if row[0] != sick]
        log = await whole_log(desk.store)
        assert others == [row for row in await refolded(place, OPEN_CASES, log) if row[0] != sick]
        with pytest.raises(psycopg.DataError if by_database else StillBroken):
            await heal(place, defect, subject)
        assert await parked(place, "open_cases") == held_back
    healed = await heal(place, OPEN_CASES, subject)
    assert (healed.rows, healed.unparked) == (1, len(held_back))
    assert await parked(place, "open_cases") == []
    await assert_as_refolded(place, [OPEN_CASES])


@pytest.mark.parametrize("by_database", [False, True])
async def test_quarantine_while_catching_up_parks_the_same_events(
    place: Workplace, desk: Desk, by_database: bool
) -> None:
    ids = await busy(desk, 90)
    sick = ids[45]
    member = await live_member(place, broken_for(sick, by_database=by_database))
    await catch_up(place.store, [member], enough=lambda folded: folded.last - folded.first >= 20)
    events = await desk.events(sick)
    assert [sequence for _, sequence in await parked(place, "open_cases")][-1:] == [events[-1].sequence]
    await heal(place, OPEN_CASES, subject_of("case", sick))
    await assert_as_refolded(place, [OPEN_CASES])


async def test_rows_healed_beside_a_running_follower_stay_and_go_on(place: Workplace, desk: Desk) -> None:
    async with following(place, [OPEN_CASES]):
        case_id, *_ = await busy(desk)
        await shown(place, [OPEN_CASES])
        await heal(place, OPEN_CASES, subject_of("case", case_id))
        await desk.send("Classify", samples.classification(), to=case_id)
        await shown(place, [OPEN_CASES])
    await assert_as_refolded(place, [OPEN_CASES])


async def test_rebuilt_rows_equal_live_rows_by_hash_after_quarantine_and_heal(place: Workplace, desk: Desk) -> None:
    sick = await desk.register()
    projections = [broken_for(sick, by_database=False), *(one for one in PROJECTIONS if one.name != "open_cases")]
    async with following(place, projections):
        await desk.send("AcknowledgeCase", samples.acknowledgement(), to=sick)
        await masters(desk)
        await busy(desk, 5)
        await shown(place, PROJECTIONS)
    await heal(place, OPEN_CASES, subject_of("case", sick))
    for projection in PROJECTIONS:
        (rebuilt,) = await build_beside(place, [projection])
        live = projection.table_name(1)
        assert rebuilt.build.table == projection.table_name(2)
        assert (await compare(place, projection, live, rebuilt.build.table)).is_none
        assert await rows_hash(place, projection, live) == await rows_hash(place, projection, rebuilt.build.table)


async def test_a_rebuild_shows_what_differs_and_is_swapped_under_a_running_follower(
    place: Workplace, desk: Desk
) -> None:
    ids = await busy(desk)
    async with following(place, [OPEN_CASES]):
        await shown(place, [OPEN_CASES])
        async with place.pool.connection() as connection:
            await connection.execute(f"update read.{LIVE} set urgency = 'MINOR' where aggregate_id = %s", ids[:1])
            await connection.execute(f"delete from read.{LIVE} where aggregate_id = %s", ids[1:2])
        (rebuilt,) = await build_beside(place, [OPEN_CASES])
        difference = await compare(place, OPEN_CASES, LIVE, rebuilt.build.table)
        assert (difference.added, difference.dropped, difference.changed) == (1, 0, 1)
        assert sorted(difference.keys) == sorted([one] for one in ids[:2])
        await busy(desk, 1)
        replaced = await swap(place, rebuilt)
        assert replaced is not None
        assert replaced.table == LIVE
        assert await discard(place, OPEN_CASES) == [LIVE]
        await busy(desk, 1)
        await shown(place, [OPEN_CASES])
    await assert_as_refolded(place, [OPEN_CASES])


async def test_a_new_version_is_built_beside_and_swapped_when_it_has_caught_up(place: Workplace, desk: Desk) -> None:
    await busy(desk)
    async with following(place, [OPEN_CASES]):
        await shown(place, [OPEN_CASES])

    def shouting(current: Any, recorded: Any, event: Any, reference: Any) -> Any:
        rows = apply_open_cases(current, recorded, event, reference)
        return tuple(replace(row, line=replace(row.line, origin="v2")) for row in rows)

    newer = replace(OPEN_CASES, version=OPEN_CASES.version + 1, apply=shouting)
    await busy(desk, 1)
    async with following(place, [newer]):
        await settled(place, newer.table_name(1))
        await busy(desk, 1)
        await shown(place, [newer])
        await assert_as_refolded(place, [newer])
    async with following(place, [OPEN_CASES]) as follower:
        await follower.is_reading.wait()
        assert await discard(place, OPEN_CASES) == [LIVE]


async def settled(place: Workplace, table: str) -> None:
    async def is_live() -> bool:
        async with place.pool.connection() as connection:
            text = "select status from projections.build where table_name = %s"
            row = await (await connection.execute(text, (table,))).fetchone()
        return row is not None and row[0] == "live"

    await until(is_live)


async def test_an_event_type_of_the_future_pauses_what_would_have_to_read_it(place: Workplace, desk: Desk) -> None:
    case_id = await desk.register()
    before = await desk.store.last()
    await append_unknown(desk, case_id)
    moulds, log = (next(one for one in PROJECTIONS if one.name == name) for name in ("moulds", "log"))
    async with following(place, [OPEN_CASES, moulds, log]) as follower:
        await masters(desk)
        await shown(place, [moulds, log])
        await shown(place, [OPEN_CASES], before)
        await paused(follower)
        assert "MouldBlessed" in follower.paused["open_cases"]
    async with place.pool.connection() as connection:
        text = "select position, paused is not null from projections.build where name = 'open_cases'"
        assert await (await connection.execute(text)).fetchone() == (before, True)


async def paused(follower: Any) -> None:
    async def is_paused() -> bool:
        return bool(follower.paused)

    await until(is_paused)


async def append_unknown(desk: Desk, case_id: str) -> None:
    subject = subject_of("case", case_id)
    last = (await desk.events(case_id))[-1]
    command = "0b8f2e0e-0000-4000-8000-000000000000"
    meta = Meta(
        version=last.meta.version + 1,
        type="MouldBlessed",
        event_id=event_id(subject, command),
        command_id=command,
        command_hash="",
        correlation_id=command,
        actor="system",
        actor_role="SYSTEM",
        occurred_at=desk.clock.now(),
        recorded_at=desk.clock.now(),
        prev=last.hash,
    )
    draft = Draft(subject, encode(meta, {}), meta.event_id, meta.type, meta.version, command)
    await desk.store.append(draft, last.sequence)


async def test_what_is_far_behind_is_caught_up_elsewhere_and_then_follows(
    place: Workplace, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.follow.FAR_BEHIND", 5)
    await busy(desk)
    sent: list[str] = []

    async def elsewhere(tables: Any) -> None:
        sent.extend(tables)
        named = {one.table_name(1): one for one in PROJECTIONS}
        await catch_up(place.store, [await live_member(place, named[table]) for table in tables])

    async with following(place, PROJECTIONS, send_far=elsewhere):
        await shown(place, PROJECTIONS)
        await busy(desk, 1)
        await shown(place, PROJECTIONS)
    assert sorted(sent) == sorted(one.table_name(1) for one in PROJECTIONS)
    await assert_as_refolded(place, PROJECTIONS)


async def corrected(desk: Desk) -> str:
    """A case with corrections of its own, one voided event, and a contact whose name was wrong."""
    case_id = await desk.register(mould_no="M-WRONG")
    assert (await desk.send("AcknowledgeCase", samples.acknowledgement(), to=case_id)).status == 201
    for path, old, new in (
        ("mould_no", "M-WRONG", "M-RIGHT"),
        ("contact_name", "张伟", "章维"),
        ("claimed_urgency", "NORMAL", "URGENT"),
        ("received_at", samples.at(-0.2), samples.at(-0.3)),
    ):
        answer = await correct(desk, case_id, "FeedbackReceived", path, old, new)
        assert answer.status == 201, answer.body
    assert (await void(desk, case_id, "CaseAcknowledged")).status == 201
    assert (await desk.send("Classify", samples.classification(), to=case_id)).status in (201, 409)
    return case_id


async def test_corrections_make_the_same_rows_live_caught_up_rebuilt_and_healed(place: Workplace, desk: Desk) -> None:
    early = await corrected(desk)
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
        late = await corrected(desk)
        await shown(place, PROJECTIONS)
        await correct(desk, early, "FeedbackReceived", "mould_no", "M-RIGHT", "M-BETTER")
        await shown(place, PROJECTIONS)
    await assert_as_refolded(place, PROJECTIONS)
    for projection in (one for one in PROJECTIONS if "case" in one.kinds):
        assert await parked(place, projection.name) == []
        await heal(place, projection, subject_of("case", late))
    await assert_as_refolded(place, PROJECTIONS)
    for projection in PROJECTIONS:
        (rebuilt,) = await build_beside(place, [projection])
        live = projection.table_name(1)
        assert (await compare(place, projection, live, rebuilt.build.table)).is_none, projection.name
    async with place.pool.connection() as connection:
        found = await connection.execute("select aggregate_id, mould_no from read.open_cases order by mould_no")
        assert await found.fetchall() == [(early, "M-BETTER"), (late, "M-RIGHT")]
        found = await connection.execute("select distinct name from read.people where name is not null")
        assert await found.fetchall() == [("章维",)]


async def test_a_follower_that_forgot_a_case_takes_its_correction(
    place: Workplace, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projections.folding.STANDINGS", 1)
    cases = [await desk.register(mould_no=f"M-{number}") for number in range(4)]
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
        for number, case_id in enumerate(cases):
            await correct(desk, case_id, "FeedbackReceived", "mould_no", f"M-{number}", f"N-{number}")
            await shown(place, PROJECTIONS)
    await assert_as_refolded(place, PROJECTIONS)


async def test_what_was_known_then_is_what_was_recorded_then(place: Workplace, desk: Desk) -> None:
    case_id = await desk.register(mould_no="M-1")
    then = await desk.store.last()
    await correct(desk, case_id, "FeedbackReceived", "mould_no", "M-1", "M-2")
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
    async with place.pool.connection() as connection:
        known = [await case(connection, case_id, EVERYTHING, as_of) for as_of in (then, None)]
    assert [one.mould_no for one in known if one is not None] == ["M-1", "M-2"]
