"""The figures of a process in the form of Prometheus: what it measures itself, and how things stand on the servers."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.command_line.condition import Condition
from shared.runtime.measures import REGISTRY


class Links(Struct, frozen=True):
    """One identity's connections: to NATS, and those to PostgreSQL as its pool counts them."""

    is_connected: bool
    reconnects: int
    used: int
    idle: int
    waiting: int


class Figures(Struct, frozen=True):
    """What is asked when somebody looks. `condition` is None when the servers did not answer in time."""

    condition: Condition | None
    links: Mapping[str, Links]
    loop_lag: float


class _Both(Collector):
    """What the process counted, and what was asked just now."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        yield from REGISTRY.collect()
        yield from families(self._figures)


def page(figures: Figures) -> bytes:
    """The page that Prometheus reads."""
    return generate_latest(_Both(figures))


def families(figures: Figures) -> Iterator[Metric]:
    """Everything that is asked when somebody looks."""
    yield _gauge("event_loop_lag_worst_seconds", "The worst of the last ten seconds", (), [((), figures.loop_lag)])
    known = float(figures.condition is not None)
    yield _gauge("servers_answered", "Whether NATS and PostgreSQL told how things stand", (), [((), known)])
    yield from _links(figures.links)
    if figures.condition is not None:
        yield from _standing(figures.condition)


def _links(links: Mapping[str, Links]) -> Iterator[Metric]:
    name = ("identity",)
    yield _gauge("nats_connected", "Connected to NATS", name, [((of,), one.is_connected) for of, one in links.items()])
    counter = CounterMetricFamily("moldcare_nats_reconnects", "Connections to NATS made again", labels=name)
    for of, one in links.items():
        counter.add_metric([of], one.reconnects)
    yield counter
    pooled = [
        ((of, state), count) for of, one in links.items() for state, count in (("used", one.used), ("idle", one.idle))
    ]
    yield _gauge("postgres_connections", "Connections to PostgreSQL", ("identity", "state"), pooled)
    waiting = [((of,), one.waiting) for of, one in links.items()]
    yield _gauge("postgres_waiting", "Who waits for a connection to PostgreSQL", name, waiting)


def _standing(found: Condition) -> Iterator[Metric]:
    live = [one for one in found.projections if one.status == "live"]
    model, reactor = ("projection",), ("reactor",)
    yield _gauge("log_last_sequence", "Position of the last event", (), [((), found.last_sequence)])
    for name, text, values in (
        ("projection_lag_events", "Events behind the log", [one.lag for one in live]),
        ("projection_lag_seconds", "Seconds behind the log", [one.seconds for one in live]),
        ("projection_paused", "Paused at an event it does not know", [one.paused is not None for one in live]),
        ("projection_parked_events", "Events in quarantine", [one.parked_events for one in live]),
        ("projection_parked_aggregates", "Aggregates in quarantine", [one.parked_aggregates for one in live]),
    ):
        yield _gauge(name, text, model, [((one.name,), value) for one, value in zip(live, values, strict=True)])
    lag = [((one.name,), one.lag) for one in found.reactors]
    yield _gauge("reactor_lag_events", "Events that a reactor has not seen", reactor, lag)
    parked = [((one.name,), one.parked) for one in found.reactors]
    yield _gauge("reactor_parked_events", "Events that a reactor could not take", reactor, parked)
    outbox = [((one.reactor, one.state), one.commands) for one in found.outbox]
    yield _gauge("outbox_commands", "Commands of reactors that wait", ("reactor", "state"), outbox)
    mail = [((one.channel, one.status), one.messages) for one in found.channels]
    yield _gauge("channel_messages", "Messages that wait", ("channel", "status"), mail)
    letters = [((one.state,), one.letters) for one in found.letters]
    yield _gauge("letters", "Letters that wait or are to be decided on", ("state",), letters)


def _gauge(
    name: str, text: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"moldcare_{name}", text, labels=labels)
    for given, value in values:
        family.add_metric(given, float(value))
    return family
