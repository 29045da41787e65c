"""What Prometheus reads: every figure stands in the guide and the other way round, and no label can grow."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.command_line.condition import Channel, Condition, Reacting, Waiting
from services.command_line.exposition import Figures, Links, families, page
from services.command_line.observing import PORT, port_of
from shared.projections.progress import Progress
from shared.runtime import measures
from shared.runtime.settings import BadSetting
from shared.store.port import Conflict, OutcomeUnknown
from tests.support.desk import Desk
from tests.support.samples import report

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
LIVE = Progress("open_cases", "open_cases__v2", 2, "live", 7, 2, 1.5, None, 3, 1)
BESIDE = Progress("open_cases", "open_cases__v3", 3, "building", 1, 8, 9.0, None, 0, 0)
KNOWN = Figures(
    Condition(
        9,
        [LIVE, BESIDE],
        [Reacting("watch-clocks", 8, 1, 4)],
        [Waiting("watch-clocks", "parked", 5)],
        [Channel("EMAIL", "waiting", 6)],
    ),
    {"service": Links(True, 2, 1, 7, 0)},
    0.25,
)


def names() -> set[str]:
    """Every figure of ours as a scrape names it."""
    found = [*measures.REGISTRY.collect(), *families(KNOWN)]
    counters = {"counter": "_total"}
    return {one.name + counters.get(one.type, "") for one in found if one.name.startswith("moldcare_")}


@pytest.mark.parametrize("guide", ["observing.md", "observing.zh-CN.md"])
def test_the_guide_names_every_figure_and_no_other(guide: str) -> None:
    told = set(re.findall(r"`(moldcare_[a-z_]+)`", (GUIDE / guide).read_text(encoding="utf-8")))
    assert told == names()


def test_the_page_says_how_things_stand() -> None:
    told = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page(KNOWN).decode())
        for sample in family.samples
    }
    assert told["moldcare_log_last_sequence",] == 9
    assert told["moldcare_projection_lag_events", "open_cases"] == 2
    assert told["moldcare_projection_lag_seconds", "open_cases"] == 1.5
    assert told["moldcare_projection_paused", "open_cases"] == 0
    assert told["moldcare_projection_parked_events", "open_cases"] == 3
    assert told["moldcare_projection_parked_aggregates", "open_cases"] == 1
    assert told["moldcare_reactor_lag_events", "watch-clocks"] == 1
    assert told["moldcare_reactor_parked_events", "watch-clocks"] == 4
    assert told["moldcare_outbox_commands", "parked", "watch-clocks"] == 5
    assert told["moldcare_channel_messages", "EMAIL", "waiting"] == 6
    assert told["moldcare_postgres_connections", "idle", "service"] == 7
    assert told["moldcare_nats_reconnects_total", "service"] == 2
    assert told["moldcare_servers_answered",] == 1
    assert told["process_open_fds",] > 0


def test_a_page_without_the_servers_says_so_and_still_tells_of_the_process() -> None:
    said = page(Figures(None, {}, 0.0)).decode()
    assert "moldcare_servers_answered 0.0" in said
    assert "moldcare_projection_lag_events" not in said
    assert "process_resident_memory_bytes" in said


async def test_a_lost_race_and_a_lost_answer_are_counted_and_so_is_each_new_try() -> None:
    desk = Desk()
    await desk.open()
    faults = [Conflict("evt.case.a"), OutcomeUnknown("lost")]
    sound = desk.store.append

    async def append(*given: object) -> int:
        if faults:
            raise faults.pop(0)
        return await sound(*given)  # type: ignore[arg-type]

    desk.store.append = append  # type: ignore[method-assign, assignment]
    before = [_value(one) for one in (measures.CONFLICTS, measures.UNKNOWN, measures.RETRIES)]
    assert (await desk.send("RegisterFeedback", report())).status == 201
    after = [_value(one) for one in (measures.CONFLICTS, measures.UNKNOWN, measures.RETRIES)]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 2]


def _value(counter: object) -> float:
    return float(counter.labels("case")._value.get())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "expected"),
    [("", (PORT, False)), ("off", (None, True)), ("0", (0, True)), ("9000", (9000, True))],
)
def test_the_port_is_the_one_of_custom_unless_somebody_chose(given: str, expected: tuple[int | None, bool]) -> None:
    assert port_of({"MOLDCARE_METRICS_PORT": given}) == expected


@pytest.mark.parametrize("given", ["65536", "-1", "on", "９４６４"])
def test_a_port_that_is_none_is_refused_in_a_sentence(given: str) -> None:
    with pytest.raises(BadSetting, match="must be a whole number from 0 to 65535, or off"):
        port_of({"MOLDCARE_METRICS_PORT": given})
