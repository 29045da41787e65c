"""Commands over NATS: the answer comes back, and never goes where it could do harm."""

import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import structlog

from shared.events.envelope import IntegrityError, Recorded
from shared.runtime.broker import broker_of
from shared.runtime.settings import Settings
from shared.store.commands import CommandClient, Outgoing
from shared.store.connection import Connection, connect
from shared.store.memory import MemoryStore
from shared.store.port import NOTHING_YET, Head
from shared.store.serving import serve_commands
from tests.support.desk import Desk
from tests.support.samples import report

KEY = str(uuid4())


class Damageable(MemoryStore):
    """A log that may be found broken."""

    is_damaged = False

    async def load(self, subject: str, after: Head = NOTHING_YET, until: int = 0) -> list[Recorded]:
        if self.is_damaged:
            raise IntegrityError(f"{subject}: the hash chain is broken")
        return await super().load(subject, after, until)


@pytest.fixture
async def desk(deployment: Settings) -> AsyncIterator[Desk]:
    """A desk whose commands come over NATS."""
    desk = Desk(Damageable())
    await desk.open()
    broker = broker_of(deployment.access("service"), "test")
    serve_commands(broker, "intake", desk.handler)
    await broker.start()
    yield desk
    await broker.stop()


@pytest.fixture
async def console(deployment: Settings) -> AsyncIterator[Connection]:
    client = await connect(deployment.access("console"), name="console")
    yield client
    await client.close()


def order(desk: Desk, **changes: object) -> Outgoing:
    values = {
        "service": "intake",
        "command": "RegisterFeedback",
        "aggregate_id": None,
        "command_id": str(uuid4()),
        "token": desk.signer.sign("specialist", desk.clock.now()),
        **changes,
    }
    return Outgoing(**values)  # type: ignore[arg-type]


async def test_a_command_over_nats_is_answered_and_its_event_stored(desk: Desk, console: Connection) -> None:
    answer = await CommandClient(console).ask(order(desk), json.dumps(report()).encode())
    assert answer.status == 201, answer.body
    assert await desk.types(answer.body["id"]) == ["FeedbackReceived"]


async def test_a_refusal_comes_back_with_its_faults(desk: Desk, console: Connection) -> None:
    answer = await CommandClient(console).ask(order(desk, token="forged"), b"{}")
    assert (answer.status, answer.body["code"]) == (401, "H-401")


async def test_a_service_that_is_away_is_busy(desk: Desk, console: Connection) -> None:
    answer = await CommandClient(console).ask(order(desk, service="nowhere"), b"{}")
    assert (answer.status, answer.body["code"]) == (503, "H-503")


async def test_a_broken_log_is_told_at_once_and_noted_with_its_ids(desk: Desk, console: Connection) -> None:
    desk.store.is_damaged = True  # type: ignore[attr-defined]
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        answer = await CommandClient(console).ask(order(desk, command_id=KEY), json.dumps(report()).encode())
    assert (answer.status, answer.body["code"]) == (500, "H-500")
    (line,) = [one for one in lines if one["event"] == "command failed"]
    assert (line["kind"], line["command_id"]) == ("IntegrityError", KEY)


async def test_an_answer_never_goes_into_the_log(desk: Desk, console: Connection, deployment: Settings) -> None:
    owner = await connect(deployment.access("provision"), name="owner")
    headers = {"Moldcare-Actor": "forged", "Command-Id": str(uuid4())}
    await console.publish("cmd.intake.RegisterFeedback", b"{}", reply="evt.case.spoof", headers=headers)
    assert (await CommandClient(console).ask(order(desk), json.dumps(report()).encode())).status == 201
    info = await owner.jetstream().stream_info("EVENTS")
    assert info.state.messages == 0
    await owner.close()
