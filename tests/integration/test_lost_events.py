"""A log that has lost events behind what the read models hold is never served."""

import pytest

from services.command_line.compose import services
from services.command_line.stages import STAGES
from shared.events.envelope import IntegrityError
from shared.runtime.settings import Settings
from shared.store.connection import connect
from tests.contract.drafts import Writer

_READ_FURTHER = """
insert into projections.build (table_name, name, version, status, position) values ('gone__v1', 'gone', 1, 'retired', 4)
"""


async def test_services_do_not_answer_on_a_log_that_ends_before_their_rows(deployment: Settings) -> None:
    async with services(deployment, STAGES) as running:
        await Writer().write(running.store, 3)
        async with running.ground.pool.connection() as connection:
            await connection.execute(_READ_FURTHER)
    with pytest.raises(IntegrityError, match="ends at 3, but position 4"):
        async with services(deployment, STAGES):
            pass


async def test_services_do_not_answer_on_a_log_with_a_gap(deployment: Settings) -> None:
    client = await connect(deployment.access("provision"), name="test")
    jetstream = client.jetstream()
    await jetstream.delete_stream("EVENTS")
    await jetstream.add_stream(name="EVENTS", subjects=["evt.*.*"], allow_direct=True)
    async with services(deployment, STAGES) as running:
        await Writer().write(running.store, 3)
    await jetstream.delete_msg("EVENTS", 2)
    await client.close()
    with pytest.raises(IntegrityError, match="gaps: 2 events up to position 3"):
        async with services(deployment, STAGES):
            pass


async def test_services_start_where_their_rows_are_behind(deployment: Settings) -> None:
    async with services(deployment, STAGES) as running:
        await Writer().write(running.store, 3)
    async with services(deployment, STAGES) as running:
        assert await running.store.last() == 3
