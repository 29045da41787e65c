"""Time passes while nobody is there: what runs out is recorded at its second, and by another when the leader dies."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.command_line.ground import Ground, ground, opened_log
from shared.events.envelope import Recorded, subject_of
from shared.store.commands import Outgoing, new_command_id
from shared.store.jetstream import JetStreamStore
from tests.e2e.firm import Firm, open_firm
from tests.support import samples
from tests.waiting import until

pytestmark = pytest.mark.alone
AN_HOUR = timedelta(hours=1)
"""Until the first response to an urgent case is due."""
BURST = 60
EACH = {"SlaBreached": 1, "Escalated": 4}
"""What follows for a case whose first response was due two hours ago: a breach, and every level."""
_LEADER = """
select split_part(application_name, ' ', 5)::integer from pg_stat_activity join pg_locks using (pid)
where locktype = 'advisory' and granted and application_name like 'moldcare leader timer followup %'"""
_LEFT = "select count(*) from runner.outbox where state = 'pending' and not_before < now()"
_SIGNED_IN = "select count(*) from access.sign_in"


class Watch:
    """A firm that nobody is signed in to, two of its processes watching over time."""

    def __init__(self, firm: Firm, here: Ground, store: JetStreamStore) -> None:
        self.firm, self.here, self.store = firm, here, store

    async def register(self, received_at: datetime) -> str:
        """An urgent case; the desk's word is signed here, without a session."""
        body = samples.report(
            claimed_urgency="URGENT",
            received_at=received_at.isoformat(),
            fault_at=(received_at - AN_HOUR).isoformat(),
            customer_id=None,
        )
        order = Outgoing(
            service="intake",
            command="RegisterFeedback",
            aggregate_id=None,
            command_id=new_command_id(),
            token=self.here.signer.sign("desk", self.here.clock.now()),
        )
        answer = await self.here.commands.ask(order, msgspec.json.encode(body))
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    async def events(self, case_id: str) -> list[Recorded]:
        return await self.store.load(subject_of("case", case_id))

    async def answer(self, question: str) -> Any:
        """The first value, None when there is none."""
        async with self.here.pool.connection() as connection:
            row = await (await connection.execute(question.encode())).fetchone()
        return row[0] if row is not None else None

    async def leader(self) -> int | None:
        """The process that watches now."""
        return await self.answer(_LEADER)  # type: ignore[no-any-return]


@asynccontextmanager
async def watching(firm: Firm) -> AsyncIterator[Watch]:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ground(firm.settings, "service"))
        yield Watch(firm, here, await stack.enter_async_context(opened_log(here)))


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    async with open_firm(tmp_path / "firm") as firm:
        second = firm.start("followup-2", ["serve", "followup"])

        async def is_ready() -> bool:
            return second.is_ready

        await until(is_ready, seconds=60)
        async with watching(firm) as found:
            yield found


@pytest.mark.proves("B-19")
async def test_time_is_watched_while_nobody_is_there_and_when_the_leader_is_killed(watch: Watch) -> None:
    await a_breach_is_recorded_at_its_second(watch)
    await another_takes_over_in_the_middle_of_a_burst(watch)
    assert set((await watch.firm.close()).values()) == {0}


async def a_breach_is_recorded_at_its_second(watch: Watch) -> None:
    due_at = watch.here.clock.now().replace(microsecond=0) + timedelta(seconds=2)
    case_id = await watch.register(due_at - AN_HOUR)

    async def breach() -> Recorded | None:
        return next((one for one in await watch.events(case_id) if one.meta.type == "SlaBreached"), None)

    found = await until(breach, seconds=2 + 10)
    assert found is not None
    fields = msgspec.json.decode(found.raw)
    assert (fields["clock"], datetime.fromisoformat(fields["due_at"])) == ("FIRST_RESPONSE", due_at)
    assert due_at < found.meta.recorded_at <= due_at + timedelta(seconds=10)
    assert await watch.answer(_SIGNED_IN) == 0


async def another_takes_over_in_the_middle_of_a_burst(watch: Watch) -> None:
    received_at = watch.here.clock.now().replace(microsecond=0) - 3 * AN_HOUR
    cases = await asyncio.gather(*(watch.register(received_at) for _ in range(BURST)))

    async def is_under_way() -> bool:
        return int(await watch.answer(_LEFT)) > BURST // 4

    await until(is_under_way, step=0.001)
    killed = await watch.leader()
    assert killed in {program.process.pid for program in watch.firm.programs.values()}
    os.kill(killed, signal.SIGKILL)
    assert await watch.answer(_LEFT) > 0

    async def another_leads() -> bool:
        return await watch.leader() not in (None, killed)

    await until(another_leads, seconds=10)

    async def everything_stands() -> bool:
        counts = [Counter(type for type, _ in of_response(await watch.events(one))) for one in cases]
        return all(count == EACH for count in counts)

    await until(everything_stands, seconds=30, step=0.2)
    due_at = (received_at + AN_HOUR).isoformat().replace("+00:00", "Z")
    for case_id in cases:
        happened = of_response(await watch.events(case_id))
        assert [fields["due_at"] for type, fields in happened if type == "SlaBreached"] == [due_at]
        assert [fields["level"] for type, fields in happened if type == "Escalated"] == [1, 2, 3, 4]


def of_response(events: list[Recorded]) -> list[tuple[str, dict[str, Any]]]:
    """What time brought about for the first response, with its fields; the case has other clocks too."""
    timed = ((one.meta.type, msgspec.json.decode(one.raw)) for one in events if one.meta.type in EACH)
    return [(type, fields) for type, fields in timed if fields["clock"] == "FIRST_RESPONSE"]
