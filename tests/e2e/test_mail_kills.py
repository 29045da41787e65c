"""The service that sends mail is killed ten times over, and everything is built again: nothing lost, nothing twice
but in the window of doubt, and that in plain sight."""

import asyncio
import json
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from services.command_line.compose import Services, services
from services.command_line.seeding import plant, rules, sample
from services.command_line.stages import STAGES
from shared.events.catalogue import decode
from shared.mail.names import key_of, mail_id_of
from shared.mail.rows import TASKS
from shared.runtime.settings import Settings
from shared.store.commands import Outgoing
from tests.e2e.running import ROOT, moldcare
from tests.support.now import report_now
from tests.support.post_office import PostOffice, nothing, post_office
from tests.waiting import until

pytestmark = pytest.mark.alone
KILLS = 10
A_CYCLE = 4
"""Messages that are asked for before each kill."""
SEED = 7


class Firm:
    """Everything but the service that sends, which lives in a process that is killed."""

    def __init__(self, running: Services, settings: Settings, office: PostOffice) -> None:
        self.here, self.store, self.settings, self.office = running.ground, running.store, settings, office
        self.environment = {**settings.environment, **office.environment}
        self.child: Process | None = None

    async def start(self) -> Process:
        self.child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.mail_service"),
            env={**os.environ, **self.environment, "MOLDCARE_DATA": str(self.settings.data)},
            cwd=ROOT,
            stdout=PIPE,
        )
        assert self.child.stdout is not None
        async with asyncio.timeout(60):
            while (line := await self.child.stdout.readline()) != b"ready\n":
                assert line, "the service ended by itself"
        return self.child

    async def kill(self) -> None:
        assert self.child is not None
        self.child.send_signal(signal.SIGKILL)
        await self.child.wait()

    async def send(self, service: str, command: str, to: str | None, body: dict[str, Any]) -> dict[str, Any]:
        """A command to its end, however often nobody answers."""
        command_id = str(uuid4())
        token = self.here.signer.sign("specialist", self.here.clock.now())

        async def accepted() -> dict[str, Any] | None:
            order = Outgoing(service=service, command=command, aggregate_id=to, command_id=command_id, token=token)
            answer = await self.here.commands.ask(order, msgspec.json.encode(body))
            assert answer.is_accepted or answer.status == 503, answer.body
            return answer.body if answer.is_accepted else None

        return await until(accepted, seconds=60)  # type: ignore[return-value]

    async def ask(self, case_id: str, number: int) -> str:
        """The event that asks for one message."""
        body = {"via": "EMAIL", "to": f"zhang{number}@plant.example", "text": f"进度 {number}", "trigger": "PROGRESS"}
        return str((await self.send("followup", "RequestMessage", case_id, body))["event"]["id"])

    async def states(self) -> dict[str, str]:
        async with self.here.pool.connection() as connection:
            return dict(await (await connection.execute("select request_id, state from runner.mail")).fetchall())

    async def at_rest(self, wanted: int) -> dict[str, str]:
        """How every message stands when nothing moves any more."""

        async def resting() -> dict[str, str] | None:
            found = await self.states()
            return found if len(found) == wanted and not {"waiting", "sending"} & set(found.values()) else None

        return await until(resting, seconds=60)  # type: ignore[return-value]

    async def delivered(self, case_id: str) -> list[str | None]:
        """The requests that the case says were delivered, one for each time it says so."""
        events = [decode(one) for one in await self.store.load(f"evt.case.{case_id}")]
        return [one.request_event_id for one in events if type(one).__name__ == "CustomerNotified" and one.delivered]


@pytest.mark.proves("B-20")
async def test_ten_kills_and_a_rebuild_lose_no_mail_and_send_none_twice_but_in_plain_doubt(
    deployment: Settings, record_property: Callable[[str, object], None]
) -> None:
    others = [stage for stage in STAGES if stage.name != "followup"]
    async with post_office() as office, services(deployment, others) as running:
        firm = Firm(running, deployment, office)
        await plant(firm.here, firm.store, rules())
        await plant(firm.here, firm.store, sample(), is_sample=True)
        case_id = str((await firm.send("intake", "RegisterFeedback", None, json.loads(report_now())))["id"])
        requests = await killed_in_turn(firm, case_id)
        await firm.start()
        doubtful = [one for one, state in (await firm.at_rest(len(requests))).items() if state in TASKS]
        await rebuilt(firm)
        sent_before = list(office.ids)
        for one in doubtful:
            again = {"via": "EMAIL", "to": "x", "text": "x", "trigger": "OTHER", "again_of": one}
            await firm.send("followup", "RequestMessage", case_id, again)
        states = await sent_all(firm, case_id, requests)
        await firm.kill()
    expected = {f"<{mail_id_of(key_of(one), case_id)}@mould.example>": one for one in requests}
    assert set(states.values()) == {"sent"}
    assert set(office.ids) == set(expected)
    assert max(Counter(sent_before).values()) == 1, "nothing goes twice by itself"
    twice = [name for name, times in Counter(office.ids).items() if times > 1]
    assert {expected[name] for name in twice} <= set(doubtful)
    assert len(office.ids) - len(expected) == len(twice) <= len(doubtful) <= KILLS
    record_property(
        "told",
        f"{len(expected)} messages, {KILLS} kills, {len(doubtful)} in doubt, {len(twice)} of them sent once more by "
        "a person's word though they had arrived, none lost, none unexpected",
    )


async def killed_in_turn(firm: Firm, case_id: str) -> list[str]:
    """Ask, and kill: while a message is taken and nobody was told, or a moment after somebody was."""
    chance, requests = random.Random(SEED), []
    for cycle in range(KILLS):
        strike = Strike(chance.randint(1, A_CYCLE), answers=cycle % 2 == 0)
        firm.office.when_taken = strike.taken
        await firm.start()
        requests += [await firm.ask(case_id, cycle * A_CYCLE + one) for one in range(A_CYCLE)]
        strike.all_are_asked.set()
        await asyncio.wait_for(strike.is_due.wait(), 60)
        if strike.answers:
            await asyncio.sleep(chance.random() / 50)
        await firm.kill()
        firm.office.when_taken = nothing
    return requests


class Strike:
    """When a kill is due: at this message, before it is answered or behind that."""

    def __init__(self, left: int, *, answers: bool) -> None:
        self.left, self.answers = left, answers
        self.all_are_asked, self.is_due = asyncio.Event(), asyncio.Event()

    async def taken(self) -> None:
        """The server took one more."""
        await self.all_are_asked.wait()
        self.left -= 1
        if not self.left:
            self.is_due.set()
            if not self.answers:
                await asyncio.sleep(60)


async def rebuilt(firm: Firm) -> None:
    """Every read model from the whole log, while the service runs."""
    ran = await moldcare(firm.settings.data, "rebuild", "--all", "--swap", "--json", **firm.environment)
    assert ran.code == 0, ran.complaint


async def sent_all(firm: Firm, case_id: str, requests: list[str]) -> dict[str, str]:
    """Wait until the case says of every message, once, that it was delivered; how the messages stand."""

    async def all_told() -> bool:
        return sorted(filter(None, await firm.delivered(case_id))) == sorted(requests)

    await until(all_told, seconds=60)
    return await firm.at_rest(len(requests))
