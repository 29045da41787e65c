"""One trace runs from the request through the command and its event to the rows, and on into what follows."""

import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest

from shared.events.envelope import Recorded
from shared.runtime import traces, tracing
from shared.runtime.settings import Settings
from tests.support.clear_text import disguises
from tests.support.now import report_now
from tests.support.watched import House, Spans, house, lines, spans, trace_of
from tests.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
CALLER = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = f"00-{CALLER}-00f067aa0ba902b7-01"
NAME, PHONE = "澹台明月", "13600001111"


@pytest.fixture
async def place(deployment: Settings) -> AsyncIterator[House]:
    async with house(deployment) as found:
        yield found


@pytest.fixture
def kept(place: House) -> Iterator[Spans]:
    with spans() as found:
        yield found


async def test_a_trace_runs_from_the_request_to_the_write_of_the_rows(place: House, kept: Spans) -> None:
    with lines() as said:
        told = await place.speaker.register(contact_name=NAME, contact_phone=PHONE)
        await place.all_is_read()
    (event,) = await place.events(told["id"])
    trace_id = tracing.trace_id_of(event.meta.traceparent or "")
    found = kept.of(trace_id)
    names = ["POST /api/v1/cases", "send cmd.intake.RegisterFeedback", "process cmd.intake.RegisterFeedback"]
    assert {*names, "load", "decide", "seal", "append"} <= found.keys()
    chain = [found[name] for name in (*names, "append")]
    for inner, outer in zip(chain[1:], chain, strict=False):
        assert inner.parent is not None
        assert outer.context is not None
        assert inner.parent.span_id == outer.context.span_id
    assert dict(chain[0].attributes or {}) == {
        "http.request.method": "POST",
        "http.response.status_code": 201,
        "http.route": "/api/v1/cases",
    }
    assert (chain[2].attributes or {})["moldcare.case_id"] == told["id"]

    async def written() -> bool:
        return "project open_cases" in {one.name for one in kept.pointing_to(trace_id)}

    await until(written)
    (line,) = [one for one in said if one["event"] == "command answered" and one["command"] == "RegisterFeedback"]
    assert (line["trace_id"], line["case_id"], line["command_id"]) == (trace_id, told["id"], event.meta.command_id)
    assert (line["service"], line["status"]) == ("intake", 201)
    assert line["milliseconds"] > 0
    exported = "".join(one.to_json() for one in kept.all()).encode()
    assert [needle for needle in (NAME, PHONE) if any(form in exported for form in disguises(needle))] == []


async def test_a_callers_trace_is_carried_on_and_a_broken_one_is_not(place: House, kept: Spans) -> None:
    told = (await place.speaker.send("/cases", report_now(), traceparent=GIVEN)).json()
    (event,) = await place.events(told["id"])
    assert tracing.trace_id_of(event.meta.traceparent or "") == CALLER
    root = kept.of(CALLER)["POST /api/v1/cases"]
    assert root.parent is not None
    assert f"{root.parent.span_id:016x}" == "00f067aa0ba902b7"
    for broken in ("00-" + "0" * 32 + "-00f067aa0ba902b7-01", "张伟".encode().hex(), "ff" + GIVEN[2:]):
        told = (await place.speaker.send("/cases", report_now(), traceparent=broken)).json()
        (event,) = await place.events(told["id"])
        assert event.meta.traceparent is not None
        assert tracing.trace_id_of(event.meta.traceparent) not in broken


async def test_without_a_collector_a_callers_trace_still_reaches_event_and_log(place: House) -> None:
    with lines() as said:
        told = (await place.speaker.send("/cases", report_now(), traceparent=GIVEN)).json()
    (event,) = await place.events(told["id"])
    assert event.meta.traceparent == GIVEN
    assert {one.get("trace_id") for one in said if one.get("command") == "RegisterFeedback"} == {CALLER}


async def test_what_follows_from_an_event_belongs_to_its_trace(place: House, kept: Spans) -> None:
    received = (datetime.now(UTC) - timedelta(hours=23)).isoformat()
    told = await place.speaker.register(received_at=received, fault_at=received)

    async def breached() -> Recorded | None:
        return next((one for one in await place.events(told["id"]) if one.meta.type == "SlaBreached"), None)

    second = await until(breached)
    first, *_ = await place.events(told["id"])
    assert second is not None
    shared = {tracing.trace_id_of(one.meta.traceparent or "") for one in (first, second)}
    assert len(shared) == 1
    assert "process cmd.followup.FlagBreach" in kept.of(shared.pop())


async def test_a_batch_of_many_events_is_one_span_with_a_bounded_number_of_links(place: House, kept: Spans) -> None:
    await place.all_is_read()
    member = next(one for one in place.running.follower._members if one.projection.name == "open_cases")  # type: ignore[union-attr]
    folded = member.next_stretch()  # type: ignore[union-attr]
    made = (f"00-{number:032x}-00f067aa0ba902b7-01" for number in range(1, 1001))
    folded = msgspec.structs.replace(folded, last=folded.first + 1000, traces=tracing.with_traces([], made))
    with member._span(folded):  # type: ignore[union-attr]
        pass
    (one,) = [span for span in kept.all() if span.name == "project open_cases"]
    assert len(one.links) == tracing.LINKS
    assert (one.attributes or {})["messaging.batch.message_count"] == 1000


async def test_spans_reach_the_collector_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    with collector() as (url, came):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        async with traces.sent({**os.environ}, "moldcare-intake"):
            with tracing.span("decide"):
                assert tracing.onward(None) is not None
    assert not tracing.is_collected()
    ((path, body),) = came
    assert path == "/v1/traces"
    assert b"decide" in body
    assert b"moldcare-intake" in body


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Takes what an exporter posts."""
    came: list[tuple[str, bytes]] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *told: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Takes) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()
        thread.join()


async def test_a_fault_is_told_by_its_kind_and_never_by_its_words() -> None:
    with spans() as kept, pytest.raises(ValueError, match=NAME), tracing.span("decide"):
        raise ValueError(NAME)
    (one,) = [span for span in kept.all() if span.name == "decide"]
    assert (one.attributes or {})["error.type"] == "ValueError"
    assert NAME not in one.to_json()
    assert not one.status.is_ok
    assert len(trace_of(one)) == 32
