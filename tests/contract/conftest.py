"""Every law of the store is tried on memory, on one server and on a cluster of three."""

from collections.abc import AsyncIterator

import pytest

from shared.store.port import EventStore
from tests.contract.trials import Trial, memory_trial, nats_trial

GROUNDS = ["memory", "one server", pytest.param("three servers", marks=pytest.mark.alone)]


@pytest.fixture(scope="session", params=GROUNDS)
async def trial(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Trial]:
    """One log for all laws; each law writes aggregates of its own."""
    if request.param == "memory":
        async with memory_trial() as tried:
            yield tried
    else:
        count = 1 if request.param == "one server" else 3
        async with nats_trial(tmp_path_factory.mktemp("nodes"), count) as tried:
            yield tried


@pytest.fixture
def store(trial: Trial) -> EventStore:
    return trial.store
