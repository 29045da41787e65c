"""The durable worker of the channel e-mail: every message in INTAKE is brought to its end, however often it takes."""

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.js.api import AckPolicy as ServerAck
from nats.js.api import ConsumerConfig, DeliverPolicy
from structlog.contextvars import bound_contextvars

from services.intake.mail.intake import Later, MailIntake
from services.intake.mail.wiring import DURABLE
from shared.runtime import tracing
from shared.runtime.tracing import Span
from shared.store import concern
from shared.store.raw import STREAM

ABREAST = 8
"""Messages worked on at once; their order does not matter."""
PATIENCE = 30.0
"""Seconds for one message before the server hands it out again: so long waits what a process held when it died. One
that takes longer is settled twice, which changes nothing."""

_log = structlog.get_logger(__name__)


def delay(deliveries: int) -> float:
    """Seconds until a message that could not be settled comes again: twice as long each time, a minute at most."""
    return float(min(60, 0.25 * 2 ** min(deliveries, 10)))


def serve_mail(broker: NatsBroker, intake: MailIntake, inbox_prefix: str) -> None:
    """Subscribe the worker, which hears below this inbox only.

    A message is never given up: what cannot be read is quarantined by the intake itself.
    """

    @broker.subscriber(
        "raw.email.*",
        stream=JStream(STREAM, declare=False),
        durable=DURABLE,
        # A pull consumer ignores the connection's own prefix, and a service may subscribe below that one only.
        inbox_prefix=f"{inbox_prefix}.".encode(),
        pull_sub=PullSub(batch_size=ABREAST, timeout=1.0),
        ack_policy=AckPolicy.MANUAL,
        config=ConsumerConfig(
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=ServerAck.EXPLICIT,
            ack_wait=PATIENCE,
            max_deliver=-1,
        ),
        decoder=_as_it_came,
        no_reply=True,
    )
    async def settle(message: NatsMessage) -> None:
        await work_on(message, intake)


async def _as_it_came(message: NatsMessage) -> bytes:
    return message.body if isinstance(message.body, bytes) else b"".join(message.body)


async def work_on(message: NatsMessage, intake: MailIntake) -> None:
    """Settle one delivery and tell the server."""
    found = message.raw_message.metadata
    sequence = found.sequence.stream
    told = {"messaging.system": "nats", "messaging.destination.name": STREAM, "messaging.operation.type": "process"}
    with tracing.span("process raw.email", told, kind="consumer") as span:
        span.tell("moldcare.raw_sequence", sequence)
        ids = {"raw_sequence": sequence, "deliveries": found.num_delivered, **concern.trace(tracing.onward(None))}
        with bound_contextvars(channel="EMAIL", **ids):
            await _settled(message, intake, span, sequence, found.num_delivered)


async def _settled(message: NatsMessage, intake: MailIntake, span: Span, sequence: int, deliveries: int) -> None:
    try:
        entry = await intake.settle(sequence)
    except Later as error:
        await message.nack(delay=delay(deliveries))
        _log.info("mail_waits", reason=str(error))
    except Exception as error:
        # The outermost loop of this channel: a defect costs this message a minute, never the others or itself.
        await message.nack(delay=60.0)
        span.failed(type(error).__name__)
        _log.error("mail_defect", error=type(error).__name__, exc_info=error)
    else:
        await message.ack()
        _log.info("mail_settled", status=entry.status, listing=entry.listing, case_id=entry.case_id)
