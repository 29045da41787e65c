"""One running `moldcare up --sample` for the tests of a worker that only speak HTTP to it."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.running import Up
from tests.e2e.speaking import Speaker, signed_in


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    """The whole product with its sample users."""
    up = Up(tmp_path_factory.mktemp("house") / "data", "--sample")
    try:
        yield await up.ready()
    finally:
        await up.end()


@pytest.fixture
async def specialist(house: Up) -> AsyncIterator[Speaker]:
    """The specialist, signed in."""
    async with signed_in(house.url, "specialist") as speaker:
        yield speaker


@pytest.fixture
async def supervisor(house: Up) -> AsyncIterator[Speaker]:
    """The supervisor, signed in."""
    async with signed_in(house.url, "supervisor") as speaker:
        yield speaker
