"""Traces cost nothing where nobody collects them, and what stands in a traceparent is checked."""

import subprocess
import sys

import pytest

from services.command_line.failures import told
from shared.runtime import traces, tracing
from shared.runtime.telemetry import ExporterMissing, exported

SOUND = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (SOUND, SOUND),
        (None, None),
        ("", None),
        (SOUND.upper(), None),
        ("ff" + SOUND[2:], None),
        (SOUND + "-more", None),
        ("00-" + "0" * 32 + "-00f067aa0ba902b7-01", None),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01", None),
        (SOUND + "\n", None),
    ],
)
def test_only_a_sound_traceparent_is_handed_on(given: str | None, expected: str | None) -> None:
    assert tracing.valid(given) == expected


def test_nothing_is_opened_where_nobody_collects() -> None:
    assert not tracing.is_collected()
    assert tracing.span("load") is tracing.span("decide")
    assert tracing.onward(SOUND) == SOUND
    assert tracing.onward(None) is None


def test_traces_of_a_batch_are_kept_once_each_and_bounded() -> None:
    other = SOUND.replace("4bf9", "5bf9")
    assert tracing.with_traces([SOUND], [None, SOUND, other]) == [SOUND, other]
    many = [f"00-{number:032x}-00f067aa0ba902b7-01" for number in range(1, 200)]
    assert tracing.with_traces([SOUND], many) == [SOUND, *many[: tracing.LINKS - 1]]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_sent_when_a_collector_is_named(environment: dict[str, str], expected: bool) -> None:
    assert traces.are_wanted(environment) is expected


async def test_a_missing_exporter_is_one_sentence_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(ExporterMissing) as caught:
        async with exported({}, "moldcare"):
            pass
    assert told(caught.value).endswith("is not installed: uv sync --extra telemetry")


@pytest.mark.parametrize("module", ["services.command_line.main", "services.command_line.commands.status"])
def test_short_commands_load_neither_traces_nor_figures(module: str) -> None:
    heavy = "{'prometheus_client', 'opentelemetry', 'uvicorn'}"
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import {module}, services.command_line.stages, sys; print({heavy} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "set()\n"


def test_services_load_what_makes_spans_only_to_send_them() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import services.command_line.whole, sys; print('opentelemetry.sdk' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "False\n"
