"""What the registers of customers and moulds say, how it is revised, and the warranty that a contract grants."""

import json
from typing import Any

import pytest

from services.intake.projections import contact_addresses, customers, moulds, people
from shared.events.catalogue import decode
from shared.events.customer import CustomerRevised
from shared.projections.reference import Reference
from tests.support import samples
from tests.support.desk import Desk, codes

LI = {"name": "李娜", "email": "li.na@haitian.example"}
TERMS: dict[str, Any] = {
    "start": "2024-07-15",
    "start_basis": "ACCEPTANCE",
    "months": 24,
    "exclusions": ["易损件"],
    "contract_ref": "HT-2024-553",
}
SITE = {"site": "二厂", "address": "宁波", "zone": "B", "time_zone": "Asia/Shanghai"}


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.fixture
async def customer(desk: Desk) -> str:
    """A registered customer's id."""
    return str((await desk.send("RegisterCustomer", samples.customer())).body["id"])


@pytest.fixture
async def mould(desk: Desk, customer: str) -> str:
    """A registered mould's id."""
    return str((await desk.send("RegisterMould", samples.mould(customer))).body["id"])


def revision(**fields: Any) -> dict[str, Any]:
    return {"fields": fields, "reason": "客户来函更名"}


async def rows(desk: Desk, projection: Any, aggregate_id: str, kind: str) -> Any:
    """The newest row that a read model that carries has of an aggregate."""
    row = None
    for recorded in await desk.events(aggregate_id, kind):
        row = (projection.apply(row, recorded, decode(recorded), Reference()) or (row,))[-1]
    return row


async def test_a_revision_changes_what_it_names_and_keeps_what_stood_before(desk: Desk, customer: str) -> None:
    answer = await desk.send("ReviseCustomer", revision(customer_name="海天精工", key_account=True), to=customer)
    assert (answer.status, answer.body["version"], answer.body["event"]["type"]) == (201, 2, "CustomerRevised")
    _, recorded = await desk.events(customer, "customer")
    event = decode(recorded)
    assert (event.previous.customer_name, event.previous.key_account) == ("宁波海天塑料制品有限公司", False)
    assert event.previous.sites is None
    state = (await desk.aggregates.get(recorded.subject)).state.registered
    assert (state.customer_no, state.customer_name, state.key_account) == ("C-1001", "海天精工", True)
    assert [site.site for site in state.sites] == ["北仑一厂"]
    row = await rows(desk, customers, customer, "customer")
    assert (row.customer_name, row.version, row.sites, row.language) == ("海天精工", 2, ["北仑一厂"], "zh")


async def test_contacts_before_and_after_are_sealed_each_for_himself_and_open_again(desk: Desk, customer: str) -> None:
    assert (await desk.send("ReviseCustomer", revision(contacts=[LI]), to=customer)).status == 201
    first, second = await desk.events(customer, "customer")
    stored = second.payload.decode()
    assert [clear for clear in ("李娜", "haitian.example", "张伟", "8765", "来函") if clear in stored] == []
    before, now = decode(second).previous.contacts[0], decode(second).fields.contacts[0]
    assert before == decode(first).contacts[0]
    assert now.person_id == desk.people.person_id(None, LI["email"]) != before.person_id
    opened = await desk.people.open_raw(CustomerRevised, second.raw)
    assert opened["previous"]["contacts"][0]["name"] == "张伟"
    assert opened["fields"]["contacts"][0]["name"] == "李娜"
    assert opened["reason"] == "客户来函更名"


async def test_text_that_looks_sealed_is_sealed_like_any_other(desk: Desk, customer: str) -> None:
    pretended = {"name": "sealed:1:someone:张伟", "email": "x@y.example"}
    assert (await desk.send("ReviseCustomer", revision(contacts=[pretended]), to=customer)).status == 201
    assert "张伟" not in (await desk.events(customer, "customer"))[-1].payload.decode()


async def test_a_contact_who_is_named_no_more_leaves_a_place_without_a_person(desk: Desk) -> None:
    two = [{"name": "张伟", "email": "zhang@haitian.example"}, {"name": "王芳", "phone": "13900000002"}]
    answer = await desk.send("RegisterCustomer", samples.customer(contacts=two))
    await desk.send("ReviseCustomer", revision(contacts=[LI]), to=answer.body["id"])
    row, addresses, told = None, {}, {}
    for recorded in await desk.events(answer.body["id"], "customer"):
        event = decode(recorded)
        opened = json.loads(json.dumps(await desk.people.open_raw(type(event), recorded.raw), default=str))
        made = people.apply(row, recorded, opened, Reference())
        row = made[-1]
        told |= {one.place: (one.name, one.company) for one in made}
        for one in contact_addresses.apply(None, recorded, event, Reference()):
            addresses[one.address_id] = one.is_current
    assert told == {0: ("李娜", "宁波海天塑料制品有限公司"), 1: (None, "宁波海天塑料制品有限公司")}
    gone, current = (desk.people.person_id(None, email) for email in ("zhang@haitian.example", LI["email"]))
    assert addresses == {gone: False, current: True}


async def test_a_mould_is_revised_and_gets_the_warranty_of_its_contract(desk: Desk, mould: str) -> None:
    drawings = [{"doc_id": "D-117-01", "revision": "C"}]
    assert (await desk.send("ReviseMould", revision(spec="4 腔", drawings=drawings), to=mould)).status == 201
    assert (await desk.send("SetWarrantyTerms", TERMS, to=mould, by="sales")).status == 201
    row = await rows(desk, moulds, mould, "mould")
    assert (row.spec, row.drawings, row.model, row.version) == ("4 腔", ["D-117-01 C"], "HT-88", 3)
    assert (row.warranty_start.isoformat(), row.warranty_start_basis, row.warranty_months) == (
        "2024-07-15",
        "ACCEPTANCE",
        24,
    )
    assert (row.warranty_shots, row.warranty_exclusions, row.contract_ref) == (None, ["易损件"], "HT-2024-553")
    assert decode((await desk.events(mould, "mould"))[1]).previous.spec == "2 腔 P20"


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({}, "fields", "V-REQ"),
        ({"customer_no": "C-2"}, "fields.customer_no", "V-FMT"),
        ({"customer_name": " "}, "fields.customer_name", "V-REQ"),
        ({"language": "de"}, "fields.language", "V-ENUM"),
        ({"contacts": []}, "fields.contacts", "V-REQ"),
        ({"contacts": [{"name": "李娜"}]}, "fields.contacts[0].phone", "V-REQ"),
        ({"contacts": [{**LI, "person_id": "x"}]}, "fields.contacts[0].person_id", "V-FMT"),
        ({"sites": []}, "fields.sites", "V-REQ"),
        ({"sites": [SITE, SITE]}, "fields.sites[1].site", "V-DUP"),
        ({"sites": [{**SITE, "time_zone": "Mars"}]}, "fields.sites[0].time_zone", "V-ENUM"),
        ({"key_account": False}, "fields", "S-GUARD"),
    ],
)
async def test_a_customer_is_not_revised_with_a_fault(
    desk: Desk, customer: str, fields: dict[str, Any], field: str, code: str
) -> None:
    answer = await desk.send("ReviseCustomer", revision(**fields), to=customer)
    assert codes(answer) == {field: code}
    assert await desk.types(customer, "customer") == ["CustomerRegistered"]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({}, "fields", "V-REQ"),
        ({"mould_no": "M-2"}, "fields.mould_no", "V-FMT"),
        ({"customer_id": "0000-00000"}, "fields.customer_id", "V-REF"),
        ({"kind": "CLAY"}, "fields.kind", "V-ENUM"),
        ({"cavities": 0}, "fields.cavities", "V-RANGE"),
        ({"delivery_date": "30.6.2024"}, "fields.delivery_date", "V-FMT"),
        ({"drawings": [{"doc_id": "D", "revision": "A"}] * 2}, "fields.drawings[1].doc_id", "V-DUP"),
        ({"spec": "2 腔 P20"}, "fields", "S-GUARD"),
    ],
)
async def test_a_mould_is_not_revised_with_a_fault(
    desk: Desk, mould: str, fields: dict[str, Any], field: str, code: str
) -> None:
    answer = await desk.send("ReviseMould", revision(**fields), to=mould)
    assert codes(answer) == {field: code}
    assert await desk.types(mould, "mould") == ["MouldRegistered"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"start": None}, "start", "V-REQ"),
        ({"start_basis": "BIRTHDAY"}, "start_basis", "V-ENUM"),
        ({"months": None}, "months", "V-REQ"),
        ({"months": 0}, "months", "V-RANGE"),
        ({"shots": -1}, "shots", "V-RANGE"),
        ({"exclusions": ["顶针", "顶针"]}, "exclusions[1]", "V-DUP"),
        ({"contract_ref": None}, "contract_ref", "V-REQ"),
    ],
)
async def test_no_warranty_is_granted_with_a_fault(
    desk: Desk, mould: str, changes: dict[str, Any], field: str, code: str
) -> None:
    assert codes(await desk.send("SetWarrantyTerms", {**TERMS, **changes}, to=mould, by="supervisor")) == {field: code}


async def test_the_same_warranty_twice_is_no_second_event_but_other_terms_are(desk: Desk, mould: str) -> None:
    await desk.send("SetWarrantyTerms", TERMS, to=mould, by="sales")
    assert codes(await desk.send("SetWarrantyTerms", TERMS, to=mould, by="sales")) == {"start": "S-GUARD"}
    assert (await desk.send("SetWarrantyTerms", {**TERMS, "shots": 300000}, to=mould, by="sales")).status == 201


@pytest.mark.parametrize("by", ["technician", "engineer", "admin", "auditor"])
async def test_who_does_not_keep_the_registers_does_not_revise_them(
    desk: Desk, customer: str, mould: str, by: str
) -> None:
    for command, body, to in (
        ("ReviseCustomer", revision(key_account=True), customer),
        ("ReviseMould", revision(spec="1 腔"), mould),
        ("SetWarrantyTerms", TERMS, mould),
    ):
        assert (await desk.send(command, body, to=to, by=by)).body["code"] == "A-ROLE"


async def test_a_warranty_is_granted_by_sales_a_supervisor_or_an_import_and_nobody_else(desk: Desk, mould: str) -> None:
    assert (await desk.send("SetWarrantyTerms", TERMS, to=mould)).body["code"] == "A-ROLE"
    assert (await desk.send("SetWarrantyTerms", TERMS, to=mould, by="system")).body["code"] == "A-ROLE"
    imported = await desk.send("SetWarrantyTerms", TERMS, to=mould, by="system", rights=("import",))
    assert imported.status == 201


async def test_what_nobody_registered_is_not_revised(desk: Desk) -> None:
    assert (await desk.send("ReviseMould", revision(spec="1 腔"), to="0000-00000")).status == 404
