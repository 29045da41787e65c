"""From the customer's word to the end of a case: the tick schedules, watches and closes, once, whatever is lost."""

from collections.abc import AsyncIterator

import pytest

from services.followup.policies import POLICIES
from shared.runtime.settings import Settings
from tests.support.machinery import Machinery, machinery_of
from tests.support.past import EVALUATED, REMOTE, VISIT, happened, triaged
from tests.support.samples import acknowledgement, at
from tests.support.service import FILE, archive, callback, document


@pytest.fixture
async def machinery(deployment: Settings) -> AsyncIterator[Machinery]:
    async with machinery_of(deployment, POLICIES) as found:
        found.desk.evidence.keep(FILE)
        yield found


async def again(machinery: Machinery) -> None:
    """Everything is delivered once more, and both lists of work come to an end."""
    async with machinery.pool.connection() as connection:
        await connection.execute("update runner.reactor set position = 0")
    assert await machinery.timer.tick()


async def opened(machinery: Machinery) -> str:
    """A case that was answered in time and classified."""
    case_id = await machinery.desk.register(received_at=at(0))
    answer = await machinery.desk.send(
        "AcknowledgeCase", acknowledgement(ack_at=at(0), next_contact_at=at(3)), to=case_id
    )
    assert answer.status == 201
    await happened(machinery.desk, case_id, triaged())
    return case_id


async def test_a_case_solved_from_afar_goes_to_its_end(machinery: Machinery) -> None:
    desk = machinery.desk
    case_id = await opened(machinery)
    await happened(desk, case_id, *REMOTE)
    await machinery.timer.tick()
    assert (await desk.types(case_id))[-1] == "CallbackScheduled"
    await happened(desk, case_id, *EVALUATED)
    for kind in ("SERVICE_RECORD", "REMOTE_LOG", "COMPLETION"):
        assert (await desk.send("AttachDocument", document(kind), to=case_id)).status == 201
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).status == 201
    await again(machinery)
    desk.later(days=7)
    assert (await desk.send("CompleteCallback", callback(done_at=at(168)), to=case_id)).status == 201
    machinery.door.losing = 1
    await machinery.timer.tick()
    desk.later(seconds=5)
    for _ in range(2):
        await again(machinery)
    assert (await desk.types(case_id))[-3:] == ["Archived", "CallbackDone", "CaseClosed"]
    assert sorted({row[1] for row in await machinery.rows()}) == ["sent", "withdrawn"]


async def test_a_missed_week_is_flagged_while_the_month_still_waits(machinery: Machinery) -> None:
    desk = machinery.desk
    case_id = await opened(machinery)
    await happened(desk, case_id, *VISIT)
    await machinery.timer.tick()
    assert (await desk.types(case_id))[-2:] == ["CallbackScheduled"] * 2
    desk.later(days=7, seconds=2)
    for _ in range(2):
        await again(machinery)
    assert (await desk.types(case_id)).count("SlaBreached") == 1
    late = callback(done_at=at(168.001))
    desk.later(hours=1)
    assert (await desk.send("CompleteCallback", late, to=case_id)).status == 201
    await again(machinery)
    states = {key.removeprefix(f"clock:{case_id}:1:"): state for key, state, _ in await machinery.rows()}
    assert (states["CALLBACK:D7"], states["CALLBACK:M1"]) == ("sent", "pending")
