"""Commands over HTTP: accepted once, and every kind of bad input refused by its code with nothing appended."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.e2e.running import Up
from tests.e2e.speaking import API, Speaker, codes, new_key, signed_in
from tests.support.now import acknowledgement_now, report_now


def body(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(report_now(**changes))
    return told


def ahead() -> str:
    return (datetime.now(UTC) + timedelta(hours=3)).isoformat()


async def test_a_report_becomes_a_case_that_reads_show_at_once(specialist: Speaker) -> None:
    told = await specialist.register()
    assert {"id", "case_id", "version", "sequence", "state", "event"} == set(told)
    shown = await specialist.get(f"/cases/{told['id']}", after=told["sequence"])
    assert shown.json()["state"] == "RECEIVED"
    assert shown.json()["contact"]["name"] == "张伟"
    assert int(shown.headers["x-sequence"]) >= told["sequence"]
    assert shown.headers["x-as-of"]


async def test_the_same_key_gets_the_first_answer_and_makes_no_second_event(specialist: Speaker) -> None:
    key, said = new_key(), report_now()
    first = await specialist.send("/cases", said, Idempotency_Key=key)
    again = await specialist.send("/cases", said, Idempotency_Key=key.upper())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    events = (await specialist.get(f"/cases/{first.json()['id']}/events", after=first.json()["sequence"])).json()
    assert len(events["items"]) == 1


async def test_the_same_key_with_another_body_is_refused(specialist: Speaker) -> None:
    key = new_key()
    assert (await specialist.send("/cases", report_now(), Idempotency_Key=key)).status_code == 201
    other = await specialist.send("/cases", report_now(mould_no="M-9"), Idempotency_Key=key)
    assert (other.status_code, other.json()["code"]) == (422, "V-KEY")


async def test_a_stale_version_is_refused_and_the_right_one_accepted(specialist: Speaker) -> None:
    case_id = (await specialist.register())["id"]
    path = f"/cases/{case_id}/acknowledge-case"
    stale = await specialist.send(path, acknowledgement_now(), If_Match='"7"')
    assert (stale.status_code, stale.json()["code"]) == (409, "C-VER")
    assert (await specialist.send(path, acknowledgement_now(), If_Match='"1"')).status_code == 201


BODIES: tuple[tuple[str, bytes, int, str, str], ...] = (
    ("a wrong type", json.dumps(body(safety_risk="yes")).encode(), 422, "V-FMT", "safety_risk"),
    ("a missing field", json.dumps({**body(), "channel": None}).encode(), 422, "V-REQ", "channel"),
    ("an unknown field", json.dumps(body(colour="red")).encode(), 422, "V-FMT", "colour"),
    ("a field of the service", json.dumps(body(policy_version=3)).encode(), 422, "V-FMT", "policy_version"),
    ("out of range", json.dumps(body(shots_at_fault=-1)).encode(), 422, "V-RANGE", "shots_at_fault"),
    ("out of vocabulary", json.dumps(body(channel="FAX")).encode(), 422, "V-ENUM", "channel"),
    ("a time to come", json.dumps(body(received_at=ahead())).encode(), 422, "V-TIME", "received_at"),
    ("an impossible year", json.dumps(body(fault_at="0002-01-01T00:00:00Z")).encode(), 422, "V-TIME", "fault_at"),
    ("a day that is none", json.dumps(body(received_at="2026-02-30T00:00:00Z")).encode(), 422, "V-FMT", "received_at"),
    ("U+0000", json.dumps(body(mould_no="M\u0000")).encode(), 422, "V-FMT", "mould_no"),
    ("a lone surrogate", json.dumps(body(mould_no="M\ud800")).encode(), 422, "V-FMT", "mould_no"),
    ("NaN", report_now().replace("false", "NaN").encode(), 400, "H-400", ""),
    ("no JSON", b"{", 400, "H-400", ""),
    ("nothing", b"", 400, "H-400", ""),
    ("no UTF-8", report_now().encode("gb18030"), 400, "H-400", ""),
    ("too deep", b"[" * 100_000, 400, "H-400", ""),
    ("a list", b"[]", 422, "V-FMT", "body"),
    ("too large", b'"' + b"x" * 1_100_000 + b'"', 413, "H-413", ""),
)


@pytest.mark.parametrize(
    ("raw", "status", "code", "field"), [one[1:] for one in BODIES], ids=[one[0] for one in BODIES]
)
async def test_bad_bodies_are_refused_by_their_code(
    specialist: Speaker, raw: bytes, status: int, code: str, field: str
) -> None:
    before = (await specialist.register())["sequence"]
    answer = await specialist.send("/cases", raw)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert codes(answer)[field] == code
    assert (await specialist.register())["sequence"] == before + 1


async def test_all_failing_fields_are_named_at_once(specialist: Speaker) -> None:
    answer = await specialist.send("/cases", json.dumps(body(channel="FAX", shots_at_fault=-1, colour="red")))
    assert codes(answer) == {"channel": "V-ENUM", "shots_at_fault": "V-RANGE", "colour": "V-FMT"}


PLACES = (
    ("an unknown command", "/cases/0000-00000/paint", 404, "H-404"),
    ("an unknown case", "/cases/0000-00000/classify", 404, "H-404"),
    ("an id that is none", "/cases/A%20b/classify", 404, "H-404"),
    ("a path out of the subject", "/cases/a.b/classify", 404, "H-404"),
    ("a collection that is none", "/paintings", 404, "H-404"),
)


@pytest.mark.parametrize(("path", "status", "code"), [one[1:] for one in PLACES], ids=[one[0] for one in PLACES])
async def test_what_is_not_there_comes_before_what_is_wrong_with_the_body(
    specialist: Speaker, path: str, status: int, code: str
) -> None:
    answer = await specialist.send(path, b"{")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_body_comes_before_the_role(specialist: Speaker) -> None:
    refused = await specialist.send("/staff", b"{")
    assert refused.status_code == 400
    undeclared = await specialist.client.post(f"{API}/staff", content=b"{}", headers={"Content-Type": "text/plain"})
    assert undeclared.status_code == 415
    role = await specialist.send("/staff", b'{"user_name": "x", "roles": ["ADMIN"]}')
    assert (role.status_code, role.json()["code"]) == (403, "A-ROLE")


async def test_a_key_that_is_no_uuid_and_a_version_that_is_no_number_are_named(specialist: Speaker) -> None:
    for key in ("7", "\u00e9", "x" * 500):
        answer = await specialist.client.post(
            f"{API}/cases",
            content=report_now(),
            headers={b"Content-Type": b"application/json", b"Idempotency-Key": key.encode("latin-1")},
        )
        assert codes(answer) == {"Idempotency-Key": "V-FMT"}
    case_id = (await specialist.register())["id"]
    answer = await specialist.send(f"/cases/{case_id}/acknowledge-case", acknowledgement_now(), If_Match="new")
    assert codes(answer) == {"If-Match": "V-FMT"}


async def test_what_only_the_system_does_is_refused_to_people(specialist: Speaker) -> None:
    case_id = (await specialist.register())["id"]
    raw = json.dumps({"clock": "FIRST_RESPONSE", "due_at": ahead(), "policy_version": 1})
    answer = await specialist.send(f"/cases/{case_id}/flag-breach", raw)
    assert (answer.status_code, answer.json()["code"]) == (403, "A-ROLE")


async def test_nobody_comes_before_everything(house: Up) -> None:
    async with httpx2.AsyncClient(base_url=house.url) as nobody:
        for path in ("/cases", "/cases/0000-00000/paint", "/paintings"):
            for token in ({}, {"Authorization": "Bearer forged"}, {"Authorization": "Basic eDp5"}):
                answer = await nobody.post(API + path, content=b"{", headers=token)
                assert (answer.status_code, answer.json()["code"]) == (401, "H-401")


async def test_a_method_that_an_address_does_not_take_is_told_with_those_it_takes(specialist: Speaker) -> None:
    answer = await specialist.client.patch(f"{API}/cases")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))
    assert answer.json()["code"] == "H-405"


async def test_a_file_is_kept_once_and_read_back(house: Up) -> None:
    content = new_key().encode() * 100_000
    async with signed_in(house.url, "technician") as technician, signed_in(house.url, "customer") as customer:
        first = await technician.client.post(f"{API}/files", params={"name": "飞边.txt"}, content=content)
        again = await technician.client.post(f"{API}/files", params={"name": "b.txt"}, content=content)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["sha256"] == again.json()["sha256"]
        path = f"/files/{first.json()['sha256']}"
        assert (await technician.get(path)).status_code == 404, "nobody reads what nothing names"
        named = await technician.register(
            channel="VERBAL", attachments=[{"file_ref": first.json()["file_ref"], "name": "飞边.txt"}]
        )
        back = await technician.get(path, after=named["sequence"])
        assert back.content == content
        assert back.headers["content-disposition"] == "attachment"
        assert (await technician.get(f"/files/{'0' * 64}")).status_code == 404
        assert (await customer.get(path)).status_code == 404
