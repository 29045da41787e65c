"""The FastStream broker of a process: streams are never declared here, logs are ours, it reconnects for ever."""

from fast_depends.msgspec import MsgSpecSerializer
from faststream.nats import NatsBroker
from faststream.nats.security import NatsUserPassword

from shared.runtime.settings import Access


def broker_of(access: Access, name: str) -> NatsBroker:
    """A broker for this identity, not started yet."""
    return NatsBroker(
        [url.strip() for url in access.nats_url.split(",")],
        name=name,
        security=NatsUserPassword(username=access.nats_user, password=access.nats_password),
        inbox_prefix=access.inbox_prefix,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        serializer=MsgSpecSerializer(),
        logger=None,
    )
