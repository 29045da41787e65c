"""Times that can be: nothing ahead of now, ends after beginnings, nothing before what it rests on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from shared.store.circumstance import TOLERANCE
from shared.store.order import Fault, Order

EXACTLY = timedelta(0)


def reached(draft: Any, path: str) -> datetime | None:
    """The instant at a path such as `signature.signed_at`, None where it ends early."""
    for name in path.split("."):
        draft = getattr(draft, name, None)
    return draft if isinstance(draft, datetime) else None


def not_ahead(order: Order, *paths: str) -> Iterator[Fault]:
    """These happened already, as far as clocks agree.

    The server's time says so, which no sender sets: what they tell may lie behind the `at` of the same command, where a
    day's work is written down in one go, but not ahead of us. `at` itself is held to the same time.
    """
    for path in paths:
        instant = reached(order.draft, path)
        if instant is not None and instant > order.now + TOLERANCE:
            yield Fault("V-TIME", "in_the_future", path)


def ends_after(draft: Any, end: str, start: str) -> Iterator[Fault]:
    """What began before ends later."""
    began, ended = reached(draft, start), reached(draft, end)
    if began is not None and ended is not None and ended <= began:
        yield Fault("V-TIME", "not_after", end, {"other": start})


def not_before(
    instant: datetime | None, earliest: datetime | None, field: str, text: str, slack: timedelta = EXACTLY
) -> Iterator[Fault]:
    """The instant in `field` is not before what it rests on; `text` says what that is.

    `slack` is what two clocks may differ: TOLERANCE where a server's time stands against that of a device.
    """
    if instant is not None and earliest is not None and instant < earliest - slack:
        yield Fault("V-TIME", text, field)


def to_come(order: Order, path: str) -> Iterator[Fault]:
    """This lies after the moment of the command."""
    instant = reached(order.draft, path)
    if instant is not None and instant <= order.at:
        yield Fault("V-TIME", "not_after", path, {"other": "at"})
