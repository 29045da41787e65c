"""A random mix of cases under a simulated clock, its services killed in between: the figures are those of a recount."""

import asyncio
import heapq
import json
import os
import random
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.analytics.reads.metrics import metrics
from services.command_line.ground import Ground, ground, opened_log
from services.command_line.stages import STAGES, service_of
from shared.files.port import once
from shared.projections.progress import wait_for
from shared.runtime.settings import Settings
from shared.store.commands import Outgoing
from tests.e2e.walking import real
from tests.e2e.walks import FILES, W1, W2, Step
from tests.support.recount import COUNTED, recount
from tests.support.samples import NOON
from tests.support.simulated import FileClock, move
from tests.waiting import until

CASES, KILLS = 200, 5
DAYS = 40
USERS = {
    "specialist": {"roles": ["SPECIALIST"]},
    "supervisor": {"roles": ["SUPERVISOR"]},
    "engineer": {"roles": ["ENGINEER"], "dept": "TECH"},
    "production": {"roles": ["ENGINEER"], "dept": "PRODUCTION"},
    "technician": {"roles": ["TECHNICIAN"]},
    "sales": {"roles": ["SALES"]},
    "quality": {"roles": ["DEPT"], "dept": "QUALITY"},
}
FAULTS = {"INJECTION": ("I-PQ-01", "I-WR-02", "C-XX-99"), "DIECAST": ("D-PQ-03", "D-MV-01"), "STAMPING": ("S-WR-01",)}


class Mover:
    """One case of the mix: which steps it takes, how fast, and what its bodies say."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number = number
        self.case_id: str | None = None
        self.trial = ""
        self._chance = chance
        self._begun = NOON + timedelta(days=chance.uniform(0, DAYS - 10))
        self._pace = chance.choice((0.3, 1.0, 2.0, 5.0))
        steps = chance.choice((W1, W2))
        self._steps = steps[: len(steps) if chance.random() < 0.5 else chance.randint(1, len(steps))]
        self._kind = chance.choice(sorted(FAULTS))
        self._at = 0

    @property
    def step(self) -> Step:
        """The next one."""
        return self._steps[self._at]

    def when(self, hours: float) -> datetime:
        """The instant of an hour of the walk."""
        return self._begun + timedelta(hours=hours) * self._pace

    def due(self) -> datetime:
        """When the next step happens."""
        return self.when(self.step.hour)

    def moved(self) -> bool:
        """On to the next step; whether there is one."""
        self._at += 1
        return self._at < len(self._steps)

    def body(self, files: dict[str, str]) -> dict[str, Any]:
        """What the next command says, with everything drawn by lot."""
        step = self.step
        body = {**step.body(**step.changes), **self._drawn(step.command)}
        if self.trial and step.command == "VerifyService":
            body["trial_event_id"] = self.trial
        told: dict[str, Any] = real(body, self.when, files)
        return told

    def _drawn(self, command: str) -> dict[str, Any]:
        chance = self._chance
        match command:
            case "RegisterFeedback":
                return self._report()
            case "Classify":
                urgency = chance.choice(("URGENT", "NORMAL", "MINOR"))
                basis = {"urgency": urgency, "urgency_basis": ["QUALITY"]}
                return {**basis, "fault_code": chance.choice(FAULTS[self._kind][:2])}
            case "ConfirmProblem":
                return {"fault_code": chance.choice(FAULTS[self._kind][:2])}
            case "EvaluateService":
                return {name: chance.randint(1, 5) for name in ("process", "result", "attitude", "timeliness")}
            case "CompleteCallback":
                return {"final_satisfaction": chance.randint(2, 5)}
        return {}

    def _report(self) -> dict[str, Any]:
        chance, told = self._chance, {"mould_kind": self._kind, "customer_name": f"客户 {self.number % 12}"}
        told["claimed_urgency"] = chance.choice(("URGENT", "NORMAL", "MINOR"))
        if chance.random() < 0.2:
            relayed = (NOON - timedelta(hours=chance.uniform(1, 5))).isoformat()
            return told | {"channel": "SALES_RELAY", "relayed_by": "sales", "relay_received_at": relayed}
        return told | {"channel": chance.choice(("HOTLINE", "EMAIL", "IM"))}


class Service:
    """The services as a process that is killed and started again."""

    def __init__(self, settings: Settings, clock: Path) -> None:
        self._settings = settings
        self._clock = clock
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run, and wait until it answers."""
        arguments = ("-m", "tests.support.simulated", str(self._settings.data), str(self._clock))
        environment = {**os.environ, **self._settings.environment}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, env=environment
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            assert (await self._process.stdout.readline()).strip() == b"ready"

    async def kill(self) -> None:
        """SIGKILL, whatever it was doing."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def serving(settings: Settings, clock: Path) -> AsyncIterator[Service]:
    """The services until left."""
    service = Service(settings, clock)
    try:
        await service.start()
        yield service
    finally:
        await service.kill()


async def send(here: Ground, clock: Path, by: str, command: str, to: str | None, body: Any, key: int) -> dict[str, Any]:
    """The accepted answer; asked again, under the same id, while services are away or reactors are behind."""
    told: dict[str, Any] = {}

    async def accepted() -> bool:
        nonlocal told
        outgoing = Outgoing(
            service=service_of(command) or "",
            command=command,
            aggregate_id=to,
            command_id=str(UUID(int=key)),
            token=here.signer.sign(by, here.clock.now(), system=by == "system"),
        )
        answer = await here.commands.ask(outgoing, json.dumps(body).encode())
        told = answer.body
        waits = answer.status == 503 or "is not scheduled" in repr(told)
        assert answer.is_accepted or waits, (command, told)
        if waits:  # the machinery tries again after seconds of this clock
            move(clock, here.clock.now() + timedelta(seconds=1))
        return answer.is_accepted

    await until(accepted, seconds=30)
    return told


def steps_in_time(movers: list[Mover]) -> Iterator[Mover]:
    """Whose turn it is, over all cases in the order of time."""
    waiting = [(mover.due(), mover.number, mover) for mover in movers]
    heapq.heapify(waiting)
    while waiting:
        _, _, mover = heapq.heappop(waiting)
        yield mover
        if mover.moved():
            heapq.heappush(waiting, (mover.due(), mover.number, mover))


async def drive(here: Ground, service: Service, clock: Path, seed: int) -> None:
    """The whole mix, killed some times on its way."""
    chance = random.Random(seed)
    files = {name: (await here.files.put(once(content))).file_ref for name, content in FILES.items()}
    files |= {name.removeprefix("sha256:"): real_name.removeprefix("sha256:") for name, real_name in files.items()}
    for number, (name, fields) in enumerate(USERS.items()):
        await send(here, clock, "system", "AddUser", None, {"user_name": name, **fields}, number + 1)
    kills = {chance.randint(100, CASES * 10) for _ in range(KILLS)}
    movers = [Mover(number, chance) for number in range(CASES)]
    for turns, mover in enumerate(steps_in_time(movers), 1):
        if mover.due() > here.clock.now():
            move(clock, mover.due())
        killing = asyncio.create_task(killed(service)) if turns in kills else None
        step = mover.step
        told = await send(here, clock, step.by, step.command, mover.case_id, mover.body(files), turns << 64)
        mover.case_id = told["id"]
        if step.command == "RecordTrialRun":
            mover.trial = told["event"]["id"]
        if killing is not None:
            await killing


async def killed(service: Service) -> None:
    """Gone at once, and back."""
    await service.kill()
    await service.start()


@pytest.mark.parametrize("seed", [7])
async def test_the_figures_of_a_random_mix_are_those_of_a_plain_recount(
    deployment: Settings, tmp_path: Path, seed: int
) -> None:
    clock = tmp_path / "clock"
    move(clock, NOON)
    async with ground(deployment, "service", FileClock(clock)) as here, serving(deployment, clock) as service:
        await drive(here, service, clock, seed)
        move(clock, NOON + timedelta(days=DAYS + 30))
        async with opened_log(here) as store:
            log = [event async for batch in store.read(0) for event in batch]
            last = await store.last()
        names = [projection.name for stage in STAGES for projection in stage.projections]
        assert await wait_for(here.pool, last, names, 60)
        raw = [{"subject": one.subject, "sequence": one.sequence, **msgspec.json.decode(one.payload)} for one in log]
        types = {one["meta"]["type"] for one in raw}
        assert {"CaseClosed", "SlaBreached", "CallbackDone", "CustomerEvaluated"} <= types
        halfway = raw[len(raw) // 2]
        for as_of in (None, halfway["sequence"], datetime.fromisoformat(halfway["meta"]["recorded_at"])):
            await compare(here, raw, as_of)


async def compare(here: Ground, raw: list[dict[str, Any]], as_of: int | datetime | None) -> None:
    """Every month and every dimension, as known now or then."""
    known, cut_off = raw, here.clock.now()
    if isinstance(as_of, int):
        known = [one for one in raw if one["sequence"] <= as_of]
        cut_off = datetime.fromisoformat(known[-1]["meta"]["recorded_at"])
    elif as_of is not None:
        known = [one for one in raw if datetime.fromisoformat(one["meta"]["recorded_at"]) <= as_of]
        cut_off = as_of
    for period in ("2026-11", "2026-12", "2026"):
        for by in (None, "urgency", "mould_kind", "customer", "channel"):
            async with here.pool.connection() as connection:
                found = await metrics(connection, here.clock.now(), period, (by,) if by else (), as_of)
            counted = recount(known, found.start, found.end, cut_off, by)
            groups = {one.by[by]: one for one in found.groups} if by else {None: found.total}
            for value, expected in counted.items():
                if expected["received"] or expected["M-07"]:
                    assert rounded(told(groups[value])) == rounded(expected), (period, by, value, as_of)
            assert set(groups) <= set(counted)


def told(group: Any) -> dict[str, Any]:
    """Our figures in the shape of the recount."""
    return {
        "received": group.received,
        "M-01": (group.response_time.n, group.response_time.mean),
        "M-04": (group.resolution_rate.n, group.resolution_rate.verified),
        "M-07": {one.clock: (one.n, one.breached) for one in group.overdue_rates if one.clock in COUNTED and one.n},
        "M-08": {one.dimension: (one.n, one.mean) for one in group.satisfaction.dimensions},
        "asked": group.satisfaction.asked,
        "M-10": {bar.code: bar.count for bar in group.fault_types.codes},
    }


def rounded(figure: Any) -> Any:
    """Means are sums in another order; the ninth digit is the same."""
    match figure:
        case dict():
            return {name: rounded(value) for name, value in figure.items()}
        case tuple():
            return tuple(rounded(value) for value in figure)
        case float():
            return round(figure, 9)
    return figure
