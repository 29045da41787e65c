"""The port for machines: figures and probes of the real services, without an id or a word of anybody."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx2
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.command_line.face import face
from services.command_line.http_server import PortTaken, listening
from services.command_line.observing import PORT, observed
from services.command_line.stages import STAGES
from shared.runtime.settings import Settings, settings_of
from shared.store.commands import Outgoing
from tests.support.watched import USER, House, house, lines
from tests.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
PHONE = "13987654321"


@pytest.fixture
async def place(deployment: Settings) -> AsyncIterator[House]:
    async with house(deployment) as found:
        yield found


async def get(url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(timeout=10) as client:
        return await client.get(url)


async def figures(place: House) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    page = (await get(place.metrics)).text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def test_commands_and_requests_are_counted_by_names_that_are_known_beforehand(place: House) -> None:
    before = await figures(place)
    told = await place.speaker.register()
    refused = await place.speaker.send("/cases", "{}")
    assert refused.json()["code"] == "V-REQ"
    assert (await place.speaker.send(f"/cases/{PHONE}/classify", "{}")).status_code == 404
    after = await figures(place)

    def more(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    command = "moldcare_command_duration_seconds_count"
    assert more(command, "2xx", "RegisterFeedback", "intake") == 1
    assert more(command, "4xx", "RegisterFeedback", "intake") == 1
    assert more("moldcare_command_refusals_total", "V-REQ", "intake") == 1
    assert more("moldcare_command_refusals_total", "H-404", "triage") == 1
    request = "moldcare_http_request_duration_seconds_count"
    assert more(request, "/api/v1/cases", "2xx", "POST") == 1
    assert more(request, "/api/v1/cases/{name}/{action}", "4xx", "POST") == 1
    page = (await get(place.metrics)).text
    assert [word for word in (told["id"], PHONE, USER) if word in page] == []


async def test_a_name_that_no_command_has_is_no_label_and_stands_in_no_line(place: House) -> None:
    here = place.running.ground
    order = Outgoing(
        service="intake", command="张伟", aggregate_id=PHONE, command_id=str(uuid4()), token=here.system_token()
    )
    with lines() as said:
        assert (await here.commands.ask(order, b"{}")).status == 404
    (line,) = [one for one in said if one["event"] == "command answered"]
    assert (line["command"], line["code"]) == ("unknown", "H-404")
    assert PHONE not in str(line)
    page = (await get(place.metrics)).text
    assert 'command="unknown"' in page
    assert "张伟" not in page


async def test_an_id_that_exists_is_told_and_what_was_typed_in_its_place_is_not(place: House) -> None:
    told = await place.speaker.register()
    with lines() as said:
        for name in (told["id"], PHONE):
            await place.speaker.send(f"/cases/{name}/classify", "{}", Idempotency_Key=PHONE)
        key = str(uuid4())
        await place.speaker.send(f"/cases/{told['id']}/classify", "{}", Idempotency_Key=key)
    answered = [one for one in said if one["event"] == "command answered"]
    assert [(one["status"], one.get("case_id"), one.get("command_id")) for one in answered] == [
        (422, told["id"], None),
        (404, None, None),
        (422, told["id"], key),
    ]
    assert PHONE not in str(said)


async def test_the_figures_agree_with_what_the_register_says(place: House) -> None:
    await place.speaker.register()
    await place.all_is_read()
    found = await figures(place)
    last = await place.running.store.last()
    assert found["moldcare_log_last_sequence",] == last
    models = {one.name for stage in STAGES for one in stage.projections}
    assert {key[1] for key in found if key[0] == "moldcare_projection_lag_events"} == models
    assert {found["moldcare_projection_lag_events", name] for name in models} == {0}
    async with place.running.ground.pool.connection() as connection:
        await connection.execute("update projections.build set paused = 'X at 9' where name = 'people'")
    assert (await figures(place))["moldcare_projection_paused", "people"] == 1
    ready = await get(place.metrics.replace("/metrics", "/health/ready"))
    assert ready.status_code == 503
    assert ready.json()["reasons"] == [
        {"code": "model_paused", "zh": "读模型 people 已暂停：X at 9", "en": "the read model people is paused: X at 9"}
    ]


async def test_the_probes_are_the_same_on_both_ports(place: House) -> None:
    await place.all_is_read()

    async def is_ready() -> bool:
        return (await get(place.metrics.replace("/metrics", "/health/ready"))).status_code == 200

    await until(is_ready)
    for base in (place.metrics.removesuffix("/metrics"), str(place.speaker.client.base_url).rstrip("/")):
        live, ready = await get(f"{base}/health/live"), await get(f"{base}/health/ready")
        assert live.json()["live"] is True
        assert live.json()["reasons"] == []
        assert 0 <= live.json()["loop_lag_seconds"] < 60
        assert ready.json() == {"ready": True, "reasons": []}
    assert (await get(place.metrics.replace("/metrics", "/"))).status_code == 404


async def test_a_console_alone_waits_for_the_read_models_of_others(deployment: Settings) -> None:
    where = msgspec.structs.replace(
        deployment, port=0, environment={**deployment.environment, "MOLDCARE_METRICS_PORT": "0"}
    )
    async with observed(where) as (seen, metrics), face(where, seen.health) as (url, here):
        seen.stands_on("console", here)
        seen.answers_for(STAGES, here, None)
        seen.health.is_starting = False
        ready = await get(f"{url}/health/ready")
        assert ready.status_code == 503
        assert {one["code"] for one in ready.json()["reasons"]} == {"model_missing"}
        assert 'moldcare_nats_connected{identity="console"} 1.0' in (await get(metrics)).text


async def test_a_taken_port_of_custom_is_a_warning_and_a_taken_chosen_port_an_error(tmp_path: Path) -> None:
    with listening(0, "127.0.0.1") as holder:
        taken = holder.getsockname()[1]
        chosen = settings_of({"MOLDCARE_METRICS_PORT": str(taken)}, tmp_path)
        with pytest.raises(PortTaken, match=f"{taken} for metrics is taken: set another MOLDCARE_METRICS_PORT"):
            async with observed(chosen):
                pass
    with lines() as said:
        async with (
            observed(settings_of({}, tmp_path)) as (_, first),
            observed(settings_of({}, tmp_path)) as (_, second),
        ):
            assert first in ("", f"http://127.0.0.1:{PORT}/metrics")
            assert second == ""
    assert "metrics port taken" in {one["event"] for one in said}
    async with observed(settings_of({"MOLDCARE_METRICS_PORT": "off"}, tmp_path)) as (_, none):
        assert none == ""


async def test_mail_that_waits_and_mail_for_a_person_are_counted(place: House) -> None:
    here = place.running.ground
    await here.raw.store("email", "broken", b"\x00 no mail at all")

    async def in_quarantine() -> bool:
        return (await figures(place)).get(("moldcare_channel_messages", "EMAIL", "quarantined")) == 1

    await until(in_quarantine)
    assert (await figures(place))["moldcare_channel_messages", "EMAIL", "waiting"] == 0
    assert json.dumps((await get(place.metrics)).text).count("no mail") == 0
