"""What is sealed, with whose key, and that it opens again."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events.case.intake import FeedbackReceived, InfoSupplemented, SuppliedFields
from shared.events.catalogue import EVENTS
from shared.events.customer import Contact, CustomerRegistered, Site
from shared.events.shapes import Attachment, Unknown
from shared.events.vocabulary import CaseKind, Channel, Language, ProductionStatus, Scope, Urgency, Zone
from shared.people.identity import PersonIds
from shared.people.memory import MemoryKeyStore
from shared.people.people import KeysWanted, People
from shared.people.plan import plan_of
from shared.people.ring import KeyRing
from shared.people.sealed_text import nonces

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
CALLER = "caller"


def people(kept: MemoryKeyStore | None = None) -> People:
    return People(KeyRing(b"m" * 32, kept or MemoryKeyStore()), PersonIds(b"p" * 32))


def report(**changes: Any) -> FeedbackReceived:
    fields: dict[str, Any] = {
        "case_kind": CaseKind.SERVICE,
        "channel": Channel.HOTLINE,
        "channel_address": "400-800-1234",
        "received_at": NOON,
        "raw_content_ref": "note:王先生来电说顶针断了",
        "customer_name": "东莞精密",
        "contact_name": "王建国",
        "contact_phone": "138 0013 8000",
        "contact_email": Unknown(unknown=True, reason="王建国没有邮箱"),
        "scope": Scope.REPAIR,
        "problem_description": "顶针断裂，产品粘模，已停机",
        "fault_at": NOON,
        "production_status": ProductionStatus.LINE_DOWN,
        "claimed_urgency": Urgency.URGENT,
        "safety_risk": False,
        "attachments": [Attachment(file_ref="sha256:" + "0" * 64, name="王建国的照片.jpg")],
    }
    return FeedbackReceived(**(fields | changes))


async def test_every_personal_and_free_text_of_a_report_is_sealed_and_opens_again() -> None:
    ring = people()
    stored = await ring.seal_event(report(), CALLER)
    text = json.dumps(stored, default=str, ensure_ascii=False)
    for clear in ("王建国", "138", "顶针", "邮箱", "照片", "400-800"):
        assert clear not in text
    assert stored["contact_name"].startswith("sealed:1:caller:")
    assert stored["raw_content_ref"].startswith("note:sealed:1:caller:")
    assert stored["contact_email"]["unknown"] is True
    assert stored["customer_name"] == "东莞精密"
    assert stored["scope"] == "REPAIR"
    opened = await ring.open_raw(FeedbackReceived, json.dumps(stored, default=str).encode())
    assert opened["contact_name"] == "王建国"
    assert opened["raw_content_ref"] == "note:王先生来电说顶针断了"
    assert opened["contact_email"] == {"unknown": True, "reason": "王建国没有邮箱"}
    assert opened["attachments"][0]["name"] == "王建国的照片.jpg"


async def test_supplied_fields_are_sealed_inside_their_object() -> None:
    ring = people()
    stored = await ring.seal_event(InfoSupplemented(fields=SuppliedFields(contact_name="李"), source="电话"), CALLER)
    assert stored["fields"]["contact_name"].startswith("sealed:1:caller:")
    assert stored["source"].startswith("sealed:1:caller:")


async def test_each_contact_of_a_firm_is_sealed_with_the_own_key() -> None:
    ring = people()
    contacts = [Contact(name="王建国", phone="13800138000"), Contact(name="Li Na", email="Li.Na@Example.com")]
    firm = CustomerRegistered(
        customer_no="C-1",
        customer_name="东莞精密",
        contacts=contacts,
        sites=[Site(site="一厂", address="东莞", zone=next(iter(Zone)), time_zone="Asia/Shanghai")],
        language=next(iter(Language)),
        key_account=False,
    )
    stored = await ring.seal_event(firm, "firm")
    first, second = (one["person_id"] for one in stored["contacts"])
    assert first == ring.person_id("+86 138-0013-8000", None)
    assert second == ring.person_id(None, " li.na@example.COM ")
    assert stored["contacts"][0]["name"].startswith(f"sealed:1:{first}:")
    assert stored["contacts"][1]["name"].startswith(f"sealed:1:{second}:")


async def test_without_the_key_the_text_is_gone_and_the_rest_stays() -> None:
    kept = MemoryKeyStore()
    stored = await people(kept).seal_event(report(), CALLER)
    kept.persons.clear()
    ring = people(kept)
    opened = ring.open_fields(FeedbackReceived, stored, ring.opening(await ring.load([CALLER])))
    assert opened["contact_name"] is None
    assert opened["raw_content_ref"] is None
    assert opened["scope"] == "REPAIR"


async def test_a_changed_sealed_text_does_not_open() -> None:
    ring = people()
    sealed = await ring.seal_text("王建国", CALLER)
    assert await ring.open_text(sealed) == "王建国"
    moved = sealed.replace(":caller:", ":other:")
    await ring.seal_text("x", "other")
    assert await ring.open_text(moved) is None
    assert await ring.open_text(sealed[:-6] + "AAAAA=") is None


async def test_two_processes_make_one_key_for_a_person() -> None:
    kept = MemoryKeyStore()
    one, other = people(kept), people(kept)
    first = await one.ring.make([CALLER])
    assert await other.ring.make([CALLER]) == first
    assert await other.open_text(await one.seal_text("王", CALLER)) == "王"


async def test_keys_that_are_not_in_memory_are_asked_for_by_name() -> None:
    with pytest.raises(KeysWanted) as wanted:
        people().seal_event_now(report(), CALLER)
    assert wanted.value.persons == {CALLER}


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("138 0013 8000", "+86 13800138000"),
        ("0086-138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("0755-26001234", "+86 755 2600 1234"),
        ("+86 (0)755 26001234", "0755 26001234"),
        ("+49 170 1234567", "0049 170 1234567"),
        ("１３８００１３８０００", "13800138000"),
    ],
)
def test_one_person_has_one_id_however_the_number_is_written(one: str, same: str) -> None:
    ids = PersonIds(b"p" * 32)
    assert ids.person(one, None) == ids.person(same, None)
    assert ids.person(one, None) != PersonIds(b"q" * 32).person(one, None)


def _sealed_fields() -> Iterator[str]:
    for name, struct in EVENTS.items():
        if plan_of(struct) is not None:
            yield name


def test_every_event_type_has_a_plan_or_nothing_to_seal() -> None:
    assert set(_sealed_fields()) >= {"FeedbackReceived", "InfoSupplemented", "CustomerRegistered", "CaseAcknowledged"}


async def test_no_nonce_is_ever_used_twice() -> None:
    drawn = [one for one, _ in zip(nonces(), range(1000), strict=False)]
    assert len(set(drawn)) == 1000
    assert {len(one) for one in drawn} == {12}
    ring = people()
    texts = {await ring.seal_text("王", CALLER) for _ in range(50)}
    assert len(texts) == 50


async def test_a_report_is_sealed_quickly_when_the_key_is_in_memory() -> None:
    ring, event = people(), report()
    await ring.seal_event(event, CALLER)
    best = float("inf")
    for _ in range(20):
        begun = time.perf_counter()
        for _ in range(50):
            ring.seal_event_now(event, CALLER)
        best = min(best, (time.perf_counter() - begun) / 50)
    assert best < 0.0003, f"{best * 1e6:.0f} µs"
