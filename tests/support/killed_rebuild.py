"""A process that builds a read model anew and kills itself before the n-th stretch of it is committed.

`python -m tests.support.killed_rebuild LOG POSTGRES N`
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import msgspec

from services.intake.projections.case_history import CASE_HISTORY
from services.intake.projections.open_cases import OPEN_CASES
from shared.projections import catch_up
from shared.projections.materializer import Workplace
from shared.projections.rebuilding import alone, build_beside
from shared.projections.statements import Hook, Pool
from shared.store import memory
from tests.support.crashing import Kept, restored
from tests.support.reading import StillSealed

REBUILT = (OPEN_CASES, CASE_HISTORY)
STRETCH = 20


def killing(turn: int) -> Hook:
    """Kills this process at once when positions have been moved so often and are to be moved again."""
    moved = 0

    def hook(statement: str) -> None:
        nonlocal moved
        moved += statement == "batch.advance"
        if moved > turn:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


async def main(log: Path, postgres: str, turn: int) -> None:
    """Build as far as it gets."""
    store = await restored(msgspec.msgpack.decode(log.read_bytes(), type=Kept))
    pool = Pool(postgres, min_size=1, max_size=4, open=False, kwargs={"options": "-c timezone=UTC"})
    async with pool:
        place = Workplace(store, pool, StillSealed(), killing(turn))
        async with alone(place, REBUILT):
            await build_beside(place, REBUILT)


if __name__ == "__main__":
    catch_up.LONG_STRETCH, memory.BATCH = STRETCH, STRETCH // 2
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
