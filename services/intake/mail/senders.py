"""Finds the customers whose contact writes from an address."""

from typing import Any, Protocol

import psycopg
from psycopg_pool import AsyncConnectionPool

from services.intake.mail.report import Sender
from services.intake.projections.contact_addresses import BY_ADDRESS
from shared.people.people import People

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]


class Senders(Protocol):
    """The customers' register, by address."""

    async def by_address(self, address: str) -> Sender:
        """Every customer that has a contact with this address. Raises: psycopg.Error when it cannot be asked."""
        ...


class RegisteredSenders:
    """Asks the read model of contact addresses; what it does not have yet is not known yet."""

    def __init__(self, pool: Pool, people: People) -> None:
        self._pool = pool
        self._people = people

    async def by_address(self, address: str) -> Sender:
        """As the port says."""
        address_id = self._people.person_id(None, address)
        if address_id is None:
            return Sender()
        async with self._pool.connection() as connection:
            cursor = await connection.execute(BY_ADDRESS, {"address_id": address_id})
            return Sender(tuple((row[0], row[1]) for row in await cursor.fetchall()))
