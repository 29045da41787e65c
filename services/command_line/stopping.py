"""How a process is told to stop."""

import asyncio
import signal

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stopped_by_signals() -> asyncio.Event:
    """Set by Ctrl-C and its like. Nothing is ever cancelled by them, so a second one is as safe as the first."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in STOPPING:
        loop.add_signal_handler(one, stop.set)
    return stop
