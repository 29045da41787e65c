"""The FastStream broker of a process, the one way to make it: logs are ours, it reconnects for ever."""

from fast_depends.msgspec import MsgSpecSerializer
from faststream.nats import NatsBroker
from faststream.nats.security import NatsUserPassword

from shared.runtime.settings import Access

DRAINING = 5.0
"""Seconds that messages being worked on have at a stop."""


def broker_of(access: Access, name: str) -> NatsBroker:
    """A broker for this identity, not started yet; what it has begun when it is stopped it finishes, bounded."""
    return NatsBroker(
        [url.strip() for url in access.nats_url.split(",")],
        name=name,
        security=NatsUserPassword(username=access.nats_user, password=access.nats_password),
        inbox_prefix=access.inbox_prefix,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        graceful_timeout=DRAINING,
        serializer=MsgSpecSerializer(),
        logger=None,
    )
