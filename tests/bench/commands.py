"""One command from request to answer, beside a FastStream handler that only publishes, and one bare publish."""

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import sha256
from itertools import count
from uuid import uuid4

import msgspec

from services.command_line.ground import Ground, ground, opened_log
from services.command_line.seeding import plant, rules, sample
from shared.events.envelope import subject_of
from shared.store.connection import connect
from tests.bench import bodies
from tests.bench.driving import Send, burst
from tests.bench.measure import Burst, Line, at_least, at_most, cpu, p50, paired, rate
from tests.bench.workshop import Workshop, child

WAYS = ("command", "handler", "publish")


@asynccontextmanager
async def contestants(shop: Workshop) -> AsyncIterator[tuple[dict[str, Send], dict[str, list[int]]]]:
    """How each way is sent, and the process that does its work."""
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(
            child(["-m", "tests.bench.serving", str(shop.settings.data)], shop.environment())
        )
        bare = await stack.enter_async_context(child(["-m", "tests.bench.bare.handler"], shop.environment()))
        here = await stack.enter_async_context(ground(shop.settings, "service"))
        store = await stack.enter_async_context(opened_log(here))
        await plant(here, store, rules())
        await plant(here, store, sample(), is_sample=True)
        console = await connect(shop.settings.access("console"), name="bench")
        stack.push_async_callback(console.close)
        stored = await _one_stored(here, console, store)
        jetstream = here.client.jetstream()

        async def command(number: int) -> None:
            headers = {"Moldcare-Actor": here.signer.sign("specialist", here.clock.now()), "Command-Id": str(uuid4())}
            answer = await console.request("cmd.intake.RegisterFeedback", bodies.report(number), 30, headers=headers)
            assert b'"status":201' in answer.data[:20], answer.data

        async def handler(number: int) -> None:
            headers = {"Subject": f"evt.case.{uuid4().hex}", "Command-Id": str(uuid4()), "Expected": "0"}
            answer = await console.request("cmd.bare.Publish", stored, 30, headers=headers)
            assert b'"status":201' in answer.data[:20], answer.data

        async def publish(number: int) -> None:
            subject = f"evt.case.{uuid4().hex}"
            headers = {
                "Nats-Msg-Id": sha256(subject.encode() + stored).hexdigest(),
                "Nats-Expected-Last-Subject-Sequence": "0",
            }
            await jetstream.publish(subject, stored, headers=headers, timeout=30)

        ways = {"command": command, "handler": handler, "publish": publish}
        yield ways, {"command": [ours.pid], "handler": [bare.pid], "publish": [os.getpid()]}


async def _one_stored(here: Ground, console: object, store: object) -> bytes:
    """What one of our events looks like in the log: the others write as many bytes."""
    headers = {"Moldcare-Actor": here.signer.sign("specialist", here.clock.now()), "Command-Id": str(uuid4())}
    answer = await console.request("cmd.intake.RegisterFeedback", bodies.report(0), 30, headers=headers)  # type: ignore[attr-defined]
    said = msgspec.json.decode(answer.data)
    assert said["status"] == 201, said
    return (await store.load(subject_of("case", said["body"]["id"])))[0].payload  # type: ignore[attr-defined,no-any-return]


async def measured(shop: Workshop, rounds: int, scale: int) -> dict[int, dict[str, list[Burst]]]:
    """Bursts of each way in turn, by the number of writers."""
    found: dict[int, dict[str, list[Burst]]] = {1: defaultdict(list), 32: defaultdict(list)}
    numbers = count(1)
    async with contestants(shop) as (ways, workers):
        for _ in range(bodies.CONTACTS):
            await ways["command"](next(numbers))
        for name in ("handler", "publish"):
            await burst(ways[name], range(200), 32, [])
        for turn in range(rounds):
            order = WAYS[turn % 3 :] + WAYS[: turn % 3]
            for writers, pieces in ((1, scale), (32, scale * 4)):
                for name in order:
                    given = [next(numbers) for _ in range(pieces)]
                    found[writers][name].append(await burst(ways[name], given, writers, workers[name]))
    return found


def lines(found: dict[int, dict[str, list[Burst]]]) -> Sequence[Line]:
    """The four ratios."""
    alone, many = found[1], found[32]

    def told(bursts: list[Burst], *, is_rate: bool) -> str:
        figure = f"{rate(bursts):.0f}/s" if is_rate else f"p50 {1e3 * p50(bursts):.2f} ms"
        return f"{figure}, {cpu(bursts):.0f} µs CPU"

    def medians(one: str) -> list[float]:
        return [p50([burst]) for burst in alone[one]]

    def rates(one: str) -> list[float]:
        return [burst.rate for burst in many[one]]

    slow = {one: paired(medians("command"), medians(one)) for one in ("handler", "publish")}
    fast = {one: paired(rates("command"), rates(one)) for one in ("handler", "publish")}
    one_told, many_told = told(alone["command"], is_rate=False), told(many["command"], is_rate=True)
    return [
        at_most(
            "command, 1 writer / FastStream publish",
            one_told,
            told(alone["handler"], is_rate=False),
            slow["handler"],
            1.3,
        ),
        at_least(
            "command, 32 writers / FastStream publish",
            many_told,
            told(many["handler"], is_rate=True),
            fast["handler"],
            0.8,
        ),
        at_most(
            "command, 1 writer / bare publish", one_told, told(alone["publish"], is_rate=False), slow["publish"], 5
        ),
        at_least(
            "command, 32 writers / bare publish",
            many_told,
            told(many["publish"], is_rate=True),
            fast["publish"],
            0.25,
        ),
    ]
