"""What a process counts and times, for Prometheus. No label holds an id: each has a few values, known beforehand."""

from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

# When a series began doubles the page and tells nothing.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
"""Everything that this process measures by itself."""
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_LATENCY = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

COMMANDS = Histogram(
    "moldcare_command_duration_seconds",
    "Commands answered, from the message to the answer",
    ("service", "command", "outcome"),
    buckets=_LATENCY,
    registry=REGISTRY,
)
REFUSALS = Counter(
    "moldcare_command_refusals_total", "Commands refused, by leading code", ("service", "code"), registry=REGISTRY
)
CONFLICTS = Counter(
    "moldcare_append_conflicts_total", "Appends that somebody else was quicker than", ("kind",), registry=REGISTRY
)
UNKNOWN = Counter(
    "moldcare_append_unknown_outcomes_total", "Appends without a certain answer", ("kind",), registry=REGISTRY
)
RETRIES = Counter("moldcare_command_retries_total", "Commands decided once more", ("kind",), registry=REGISTRY)
REQUESTS = Histogram(
    "moldcare_http_request_duration_seconds",
    "Requests answered by the console",
    ("method", "route", "outcome"),
    buckets=_LATENCY,
    registry=REGISTRY,
)
REACTIONS = Counter(
    "moldcare_reactions_total", "Commands of reactors, by what became of them", ("outcome",), registry=REGISTRY
)
MAIL = Counter("moldcare_mail_total", "Messages to customers, by what became of them", ("state",), registry=REGISTRY)
LOOP_LAG = Histogram(
    "moldcare_event_loop_lag_seconds", "How much later than asked the event loop wakes", buckets=_LAG, registry=REGISTRY
)


@cache
def command_timer(service: str, command: str, outcome: str) -> Histogram:
    """The series of one command; looking it up costs more than adding to it."""
    return COMMANDS.labels(service, command, outcome)


@cache
def outcome_of(status: int) -> str:
    """The class of a status: `2xx`, `3xx`, `4xx`, `5xx`, and `503` by itself, which may be repeated."""
    return "503" if status == 503 else f"{status // 100}xx"


def method_of(method: str) -> str:
    """The method of a request, `_OTHER` for one that nobody knows."""
    return method if method in _METHODS else "_OTHER"
