"""Documents: kinds and sizes that a case takes, known by content, each once; customers on their own case only."""

import pytest

from tests.support.desk import Desk, codes
from tests.support.samples import at, customer
from tests.support.service import FILE, document


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    desk.evidence.keep(FILE)
    return desk


async def test_hash_kind_and_size_are_those_of_the_file(desk: Desk) -> None:
    case_id = await desk.register()
    assert (await desk.send("AttachDocument", document(), to=case_id)).status == 201
    stored = (await desk.events(case_id))[-1].payload.decode()
    assert f'"sha256":"{"b" * 64}","mime":"application/pdf","size_bytes":1000' in stored


@pytest.mark.parametrize(
    ("mime", "is_taken"),
    [
        ("application/pdf", True),
        ("image/jpeg", True),
        ("image/png", True),
        ("image/heic", True),
        ("video/mp4", True),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", True),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True),
        ("image/vnd.dwg", True),
        ("model/step", True),
        ("application/zip", False),
        ("text/plain", False),
        ("application/octet-stream", False),
        ("application/x-msdownload", False),
    ],
)
async def test_the_kinds_of_files_are_those_of_the_trade(desk: Desk, mime: str, is_taken: bool) -> None:
    case_id = await desk.register()
    desk.evidence.keep(FILE, mime)
    answer = await desk.send("AttachDocument", document(), to=case_id)
    assert (answer.status == 201) is is_taken
    assert is_taken or (answer.status, codes(answer)) == (422, {"file_ref": "V-FILE"})


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"doc_type": "NOVEL"}, "doc_type", "V-ENUM"),
        ({"file_ref": "sha256:" + "0" * 64}, "file_ref", "V-FILE"),
        ({"file_ref": "photo.jpg"}, "file_ref", "V-FMT"),
        ({"file_ref": None}, "file_ref", "V-REQ"),
        ({"sha256": "b" * 64}, "sha256", "V-FMT"),
        ({"mime": "image/png"}, "mime", "V-FMT"),
        ({"pages": 0}, "pages", "V-RANGE"),
        ({"phase": "DURING"}, "phase", "V-ENUM"),
        ({"taken_at": at(1)}, "taken_at", "V-TIME"),
    ],
)
async def test_a_fault_of_a_document_is_named(desk: Desk, changes: dict[str, object], field: str, code: str) -> None:
    case_id = await desk.register()
    answer = await desk.send("AttachDocument", document(**changes), to=case_id)
    assert (answer.status, codes(answer)) == (422, {field: code})


async def test_a_file_larger_than_two_hundred_megabytes_is_refused(desk: Desk) -> None:
    case_id = await desk.register()
    desk.evidence.keep(FILE, size=200_000_001)
    assert codes(await desk.send("AttachDocument", document(), to=case_id)) == {"file_ref": "V-FILE"}


async def test_a_document_joins_once_but_a_file_may_be_two_documents(desk: Desk) -> None:
    case_id = await desk.register()
    assert (await desk.send("AttachDocument", document("PHOTO", phase="BEFORE"), to=case_id)).status == 201
    again = await desk.send("AttachDocument", document("PHOTO", phase="BEFORE"), to=case_id)
    assert codes(again) == {"file_ref": "V-DUP"}
    for other in (document("PHOTO", phase="AFTER"), document("OTHER")):
        assert (await desk.send("AttachDocument", other, to=case_id)).status == 201


async def test_a_customer_adds_to_the_own_case_only(desk: Desk) -> None:
    own = (await desk.send("RegisterCustomer", customer())).body["id"]
    await desk.send("AddUser", {"user_name": "guest", "roles": ["CUSTOMER"], "customer_id": own}, by="admin")
    foreign, mine = await desk.register(), await desk.register(customer_id=own)
    answer = await desk.send("AttachDocument", document(doc_type="NOVEL"), to=foreign, by="guest")
    assert (answer.status, codes(answer)) == (403, {"": "A-ROLE"})
    assert (await desk.send("AttachDocument", document(), to=mine, by="guest")).status == 201


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("specialist", 201),
        ("supervisor", 201),
        ("engineer", 201),
        ("technician", 201),
        ("sales", 201),
        ("quality", 201),
        ("system", 201),
        ("auditor", 403),
        ("admin", 403),
    ],
)
async def test_who_may_add_a_document(desk: Desk, user: str, status: int) -> None:
    case_id = await desk.register()
    assert (await desk.send("AttachDocument", document(), to=case_id, by=user)).status == status
