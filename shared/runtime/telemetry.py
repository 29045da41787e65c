"""Traces by OpenTelemetry, sent by OTLP over HTTP to the collector that the environment names."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags, format_trace_id

from shared.runtime import tracing
from shared.runtime.tracing import Kind
from shared.texts.catalogue import sentence

LAST_WORDS = 3.0
"""Seconds at a stop for spans that are not sent yet; a collector that is away holds up nobody."""


class ExporterMissing(Exception):
    """Traces are to be sent, and what sends them is not installed."""


class _Told:
    """A span of OpenTelemetry in the words of ours."""

    __slots__ = ("_span",)

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def name(self, name: str) -> None:
        self._span.update_name(name)

    def tell(self, attribute: str, value: str | int) -> None:
        self._span.set_attribute(attribute, value)

    def failed(self, kind: str) -> None:
        self._span.set_attribute("error.type", kind)
        self._span.set_status(StatusCode.ERROR)


class OpenTelemetrySpans:
    """Spans of one provider."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        self._tracer = provider.get_tracer("moldcare")

    @contextmanager
    def open(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], attributes: Mapping[str, str | int]
    ) -> Iterator[tracing.Span]:
        """As the port says."""
        with self._tracer.start_as_current_span(
            name,
            context=_under(parent) if parent is not None else None,
            kind=SpanKind[kind.upper()],
            attributes=attributes,
            links=[Link(_context_of(one)) for one in links],
            # The words of an exception may be a person's.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            told = _Told(span)
            try:
                yield told
            except Exception as error:
                told.failed(type(error).__name__)
                raise

    def current(self) -> str | None:
        """As the port says."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return None
        return f"00-{format_trace_id(context.trace_id)}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _context_of(traceparent: str) -> SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))


def _under(traceparent: str) -> Context:
    return trace.set_span_in_context(NonRecordingSpan(_context_of(traceparent)), Context())


@contextmanager
def collected(provider: trace.TracerProvider) -> Iterator[None]:
    """Spans of this process go to this provider."""
    tracing.collect(OpenTelemetrySpans(provider))
    try:
        yield
    finally:
        tracing.collect(None)


@asynccontextmanager
async def exported(environment: Mapping[str, str], service: str) -> AsyncIterator[None]:
    """Spans are sent in the background, under this name unless OTEL_SERVICE_NAME is set. Raises: ExporterMissing."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise ExporterMissing(sentence("observing", "exporter_missing").both) from None
    name = environment.get("OTEL_SERVICE_NAME") or service
    provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        with collected(provider):
            yield
    finally:
        last = threading.Thread(target=provider.shutdown, daemon=True, name="last spans")
        last.start()
        await asyncio.to_thread(last.join, LAST_WORDS)
