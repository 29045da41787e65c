"""Loading one case of 20 events from the log, beside a bare batched Direct Get with hashing."""

import os
import random
from collections.abc import Sequence

import nats

from services.command_line.ground import ground, opened_log
from shared.events.envelope import subject_of
from shared.store.identifiers import id_of_command
from tests.bench.bare.load import Loader
from tests.bench.driving import burst
from tests.bench.generating import UUID
from tests.bench.measure import Burst, Line, at_most, cpu, p50, paired
from tests.bench.workshop import Workshop


async def lines(shop: Workshop, cases: int, rounds: int, pieces: int) -> Sequence[Line]:
    """The ratio of both, each loading the same cases in turn."""
    chance, ours, bare = random.Random(2), list[Burst](), list[Burst]()
    access = shop.settings.access("service")
    client = await nats.connect(
        access.nats_url, user=access.nats_user, password=access.nats_password, inbox_prefix=b"_INBOX_service"
    )
    loader = Loader(client)
    await loader.start()
    async with ground(shop.settings, "service") as here, opened_log(here) as store:
        subjects: list[str] = []

        async def load(number: int) -> None:
            assert len(await store.load(subjects[number])) == 20

        async def bare_load(number: int) -> None:
            assert len(await loader.load(subjects[number])) == 20

        for _ in range(rounds):
            chosen = [id_of_command(str(UUID(int=chance.randint(1, cases) << 64))) for _ in range(pieces)]
            subjects[:] = [subject_of("case", case_id) for case_id in chosen]
            for found, way in ((bare, bare_load), (ours, load)) if len(ours) % 2 else ((ours, load), (bare, bare_load)):
                found.append(await burst(way, range(pieces), 1, [os.getpid()]))
    await client.close()
    ratio = paired([p50([one]) for one in ours], [p50([one]) for one in bare])

    def told(bursts: list[Burst]) -> str:
        return f"p50 {1e3 * p50(bursts):.2f} ms, {cpu(bursts) / 20:.0f} µs CPU an event"

    return [at_most("load a case of 20 events / bare Direct Get", told(ours), told(bare), ratio, 1.3)]
