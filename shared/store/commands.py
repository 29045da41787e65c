"""Commands over NATS as a door sends them: request-reply on `cmd.<service>.<Command>`."""

from typing import Protocol
from uuid import uuid4

import msgspec
import nats.errors
from msgspec import Struct
from nats.aio.client import Client

from shared.runtime import tracing
from shared.store.order import Fault
from shared.store.problem import problem
from shared.store.request import Answer

_answer = msgspec.json.Decoder(Answer).decode


class Outgoing(Struct, frozen=True, kw_only=True):
    """What a door gives of a command besides its body; absent is None."""

    service: str
    command: str
    aggregate_id: str | None
    command_id: str
    token: str
    if_match: str | None = None
    traceparent: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None
    body_fault: int = 0


class Door(Protocol):
    """Where commands are sent to."""

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The answer to one command; no answer in time is a 503."""
        ...


def _headers(order: Outgoing, traceparent: str | None) -> dict[str, str]:
    pairs = {
        "Moldcare-Actor": order.token,
        "Command-Id": order.command_id,
        "Aggregate": order.aggregate_id,
        "If-Match": order.if_match,
        "traceparent": traceparent,
        "Causation-Id": order.causation_id,
        "Correlation-Id": order.correlation_id,
        "Body-Fault": str(order.body_fault) if order.body_fault else None,
    }
    return {name: value for name, value in pairs.items() if value}


class CommandClient:
    """Sends commands for a door. `timeout` is how long a service may take [s]."""

    def __init__(self, client: Client, timeout: float = 10.0) -> None:
        self._client = client
        self._timeout = timeout

    async def ask(self, order: Outgoing, body: bytes) -> Answer:
        """The service's answer; no answer in time is a 503 that may be repeated with the same command id."""
        if not self._client.is_connected:
            # nats-py would keep the command and send it after a reconnect, long after its caller was told no.
            return problem([Fault("H-503", "busy")])
        subject = f"cmd.{order.service}.{order.command}"
        told = {"messaging.system": "nats", "messaging.destination.name": subject, "messaging.operation.type": "send"}
        with tracing.span(f"send {subject}", told, kind="producer", parent=tracing.onward(order.traceparent)) as span:
            headers = _headers(order, tracing.onward(order.traceparent))
            try:
                reply = await self._client.request(subject, body, timeout=self._timeout, headers=headers)
            except (nats.errors.Error, TimeoutError, ValueError) as error:
                span.failed(type(error).__name__)
                return problem([Fault("H-503", "busy")])
        return _answer(reply.data)


def new_command_id() -> str:
    """A command id for callers that bring none."""
    return str(uuid4())
