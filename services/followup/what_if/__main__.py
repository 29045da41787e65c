"""The child of `apart`: an errand on standard input, what was found on standard output."""

import asyncio
import sys

import msgspec
import psycopg

from services.followup.reads.simulation import simulate
from services.followup.what_if.apart import Errand, Found
from shared.runtime.background import work_in_background
from shared.store.order import Refused


async def found(errand: Errand) -> Found:
    """The simulation, or every reason why there is none."""
    async with await psycopg.AsyncConnection.connect(errand.postgres, autocommit=True) as connection:
        try:
            return Found(await simulate(connection, errand.question))
        except Refused as refused:
            return Found(faults=list(refused.faults))


def main() -> None:
    """One errand."""
    work_in_background()
    errand = msgspec.json.decode(sys.stdin.buffer.read(), type=Errand)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(found(errand))))


if __name__ == "__main__":
    main()
