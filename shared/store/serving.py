"""Commands over NATS as a service answers them: one queue group a service on `cmd.<service>.<Command>`.

The service answers by itself and only into an inbox: whoever names another subject as the reply would else
make it write there with its own rights (inside one account the server does not check reply subjects).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any

import msgspec
import structlog
from faststream import AckPolicy
from faststream.nats import NatsBroker, NatsMessage
from nats.aio.msg import Msg
from structlog.contextvars import bound_contextvars

from shared.runtime import measures, tracing
from shared.runtime.tracing import Span
from shared.store import concern
from shared.store.handle import CommandHandler
from shared.store.order import Fault
from shared.store.problem import problem
from shared.store.request import Answer, Request

Respond = Callable[[bytes], Awaitable[None]]
INBOX = "_INBOX"
WORKERS = 64
_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


def _request(subject: str, headers: Mapping[str, str], body: bytes) -> Request:
    fault = headers.get("Body-Fault", "0")
    return Request(
        command=subject.rsplit(".", 1)[-1],
        aggregate_id=headers.get("Aggregate"),
        command_id=headers.get("Command-Id", ""),
        token=headers.get("Moldcare-Actor", ""),
        body=body,
        if_match=headers.get("If-Match"),
        traceparent=tracing.valid(headers.get("traceparent")),
        body_fault=int(fault) if fault.isdecimal() else 0,
        causation_id=headers.get("Causation-Id"),
        correlation_id=headers.get("Correlation-Id"),
    )


async def _as_it_came(message: NatsMessage) -> Msg:
    """The message itself takes the place of its body: asking FastStream to inject it costs a thread a command."""
    return message.raw_message


def serve_commands(broker: NatsBroker, service: str, handler: CommandHandler) -> None:
    """Subscribe the commands of one service; the handler does the rest."""

    @broker.subscriber(
        f"cmd.{service}.*",
        queue=service,
        max_workers=WORKERS,
        ack_policy=AckPolicy.MANUAL,
        decoder=_as_it_came,
        no_reply=True,
    )
    async def answer(raw: Any) -> None:
        if not raw.reply.startswith(INBOX):
            return
        await watched(service, handler, _request(raw.subject, raw.headers or {}, raw.data), raw.respond)


async def watched(service: str, handler: CommandHandler, request: Request, respond: Respond) -> None:
    """Answer a command; then, while nobody waits, write its log line, its figures and the end of its span."""
    began, kind = perf_counter(), handler.kind_of(request.command)
    command = request.command if kind is not None else "unknown"
    subject = f"cmd.{service}.{command}"
    told = {"messaging.system": "nats", "messaging.destination.name": subject, "messaging.operation.type": "process"}
    with tracing.span(f"process {subject}", told, kind="consumer", parent=request.traceparent) as span:
        carried = tracing.onward(request.traceparent)
        if carried != request.traceparent:
            request = msgspec.structs.replace(request, traceparent=carried)
        ids = concern.of_request(request, kind)
        with bound_contextvars(service=service, **ids):
            answer = await _answered(handler, request)
            seconds = perf_counter() - began
            await respond(_encode(answer))
            # The connection's own task has its turn: the answer is on its way before the rest is done.
            await asyncio.sleep(0)
            _tell(span, answer, ids | handler.concern_of(request, answer), seconds)
    measures.command_timer(service, command, measures.outcome_of(answer.status)).observe(seconds)
    if not answer.is_accepted:
        measures.REFUSALS.labels(service, str(answer.body["code"])).inc()


async def _answered(handler: CommandHandler, request: Request) -> Answer:
    """The outermost loop of a service: a defect of ours or a broken log is noted and told, never passed in silence."""
    try:
        return await handler.handle(request)
    except Exception as error:
        _log.error("command failed", kind=type(error).__name__, exc_info=error)
        return problem([Fault("H-500", "internal")])


def _tell(span: Span, answer: Answer, ids: Mapping[str, str], seconds: float) -> None:
    """One line a command answered, and the same for its span."""
    told: dict[str, str | int] = {**ids, "status": answer.status}
    if not answer.is_accepted:
        told["code"] = str(answer.body["code"])
    _log.info("command answered", milliseconds=round(1e3 * seconds, 1), **told)
    if tracing.is_collected():
        for name, value in told.items():
            span.tell(f"moldcare.{name}", value)
        if answer.status >= 500:
            span.failed(str(answer.body["code"]))
