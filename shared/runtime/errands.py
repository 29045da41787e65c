"""Work that would hold up whoever serves requests, done by a child: told on standard input, answered on output."""

import asyncio
import sys
from contextlib import suppress

from shared.runtime.processes import dying_with_us


class ErrandFailed(ConnectionError):
    """The child ended without an answer."""


async def run_errand(module: str, told: bytes) -> bytes:
    """What `python -m module` answers. The child ends with us, and when nobody waits any more.

    Raises: ErrandFailed; processes.ServerFailed where no child can be started.
    """
    command = dying_with_us([sys.executable, "-m", module], "KILL")
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        said, _ = await child.communicate(told)
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode:
        raise ErrandFailed(f"{module} ended with {child.returncode}")
    return said
