"""Messages from files become cases through the real servers: every one is accounted for, none twice, none clear."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.command_line.compose import services
from services.command_line.ground import Ground, ground
from services.command_line.stages import STAGES
from services.intake.mail.importing import MailImport, message_files
from services.intake.mail.ledger import Ledger
from services.intake.mail.parse import Parsed, Unreadable
from services.intake.mail.wiring import import_mail, mail_intake, read_again, set_aside
from shared.events.case.intake import FeedbackReceived
from shared.events.catalogue import decode
from shared.events.envelope import subject_of
from shared.files.port import read_all
from shared.runtime.imported import Imported, Totals, totals
from shared.runtime.settings import Settings
from shared.store.commands import Outgoing
from shared.store.jetstream import JetStreamStore
from shared.store.raw import INLINE
from tests.support import samples
from tests.waiting import until

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
LISTED = {
    "bounce.eml": "bounce",
    "automatic_reply_zh.eml": "automatic_reply",
    "automatic_reply_en.eml": "automatic_reply",
}


class Office:
    """All services on the test's servers, with a shortcut to what a test looks at."""

    def __init__(self, here: Ground, store: JetStreamStore) -> None:
        self.here = here
        self.store = store
        self.ledger = Ledger(here.pool)

    async def send(self, service: str, command: str, body: dict[str, object], to: str | None = None) -> None:
        order = Outgoing(
            service=service, command=command, aggregate_id=to, command_id=str(uuid4()), token=self.here.system_token()
        )

        async def accepted() -> bool:
            answer = await self.here.commands.ask(order, json.dumps(body).encode())
            assert answer.is_accepted or answer.status == 503, answer.body
            return answer.is_accepted

        await until(accepted, seconds=60)

    async def take(self, path: Path) -> list[Imported]:
        return [one async for one in import_mail(self.here, path)]

    async def report(self, case_id: str | None) -> dict[str, Any]:
        """The first event of a case, opened."""
        (recorded,) = await self.store.load(subject_of("case", case_id or ""))
        return await self.here.people.open_raw(FeedbackReceived, recorded.raw)


@pytest.fixture
async def office(deployment: Settings) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(services(deployment, STAGES))
        office = Office(running.ground, running.store)
        await office.send("administration", "AddUser", {"user_name": "supervisor", "roles": ["SUPERVISOR"]})
        await office.send("administration", "PublishSlaPolicy", samples.service_levels(), "standard")
        yield office


async def test_a_folder_of_messages_is_accounted_for_and_a_second_time_is_all_there_already(office: Office) -> None:
    first = await office.take(CORPUS)
    by_name = {Path(one.path).name: one for one in first}
    count = len(list(CORPUS.iterdir()))
    assert totals(first) == Totals(count, count - 6, 1, 4, 1, 0, 0), first
    for name, listing in LISTED.items():
        assert by_name[name].listing == listing
    assert by_name["same_id_other_content.eml"].listing == "other_content"
    assert by_name["same_id_first_crlf.eml"].case_id == by_name["same_id_first.eml"].case_id
    assert by_name["no_mail_at_all.eml"].outcome == "quarantined"
    assert len({one.case_id for one in first if one.case_id}) == count - 6
    second = await office.take(CORPUS)
    assert totals(second) == Totals(count, 0, count - 1, 0, 1, 0, 0)
    assert {one.case_id for one in second} == {one.case_id for one in first}
    assert await office.store.last() == 2 + count - 6


async def test_a_message_becomes_a_report_with_what_it_lacks_stated_as_unknown(office: Office) -> None:
    (one,) = await office.take(CORPUS / "gb2312_holding_gb18030.eml")
    report = await office.report(one.case_id)
    assert report["channel"] == "EMAIL"
    assert report["channel_address"] == "service@mould.example"
    assert report["received_at"] == "2026-11-02T01:16:30Z"
    assert report["info_due_at"] == "2026-11-03T01:16:30Z"
    assert report["raw_content_ref"] == f"raw:{one.sequence}"
    assert report["message_subject"] == "顶针断裂，产线停机"
    assert (report["contact_name"], report["contact_email"]) == ("朱镕喆", "zhu@dgjm.example")
    assert str(report["problem_description"]).startswith("你好，\n我们的模具顶针断了，朱镕喆师傅")
    for name in (
        "customer_name",
        "mould_no",
        "scope",
        "fault_at",
        "production_status",
        "claimed_urgency",
        "safety_risk",
    ):
        assert isinstance(report[name], dict), name
        assert report[name]["unknown"] is True
    raw = await office.here.raw.read(one.sequence)
    assert await office.here.raw.content(raw.message) == (CORPUS / "gb2312_holding_gb18030.eml").read_bytes()


async def test_a_message_without_text_of_its_own_says_so_and_keeps_its_subject(office: Office) -> None:
    (one,) = await office.take(CORPUS / "empty_body.eml")
    report = await office.report(one.case_id)
    assert report["message_subject"] == "Ejector plate sticks, see subject"
    assert "see subject" in str(report["problem_description"])
    assert report["contact_name"]["unknown"] is True


async def test_attachments_are_kept_as_files_of_the_case(office: Office) -> None:
    (one,) = await office.take(CORPUS / "chinese_attachment_names.eml")
    first, second = (await office.report(one.case_id))["attachments"]
    assert (first["name"], second["name"]) == ("型腔照片.png", "passwd")
    assert await read_all(office.here.files, second["file_ref"]) == b"\x00\x01\x02"


async def test_the_customer_is_found_by_the_sender_s_address(office: Office) -> None:
    contact = {"name": "马工", "phone": "13800138000", "email": "Ma@Gmail.Example"}
    body = samples.customer(contacts=[contact])
    await office.send("intake", "RegisterCustomer", body)

    async def is_known() -> bool:
        return bool((await mail_intake(office.here)._senders.by_address("ma@gmail.example")).customers)

    await until(is_known)
    (one,) = await office.take(CORPUS / "reply_gmail_zh.eml")
    report = await office.report(one.case_id)
    assert report["customer_name"] == body["customer_name"]
    assert report["customer_id"]


async def test_a_huge_message_goes_to_the_file_store_and_reads_back(office: Office, tmp_path: Path) -> None:
    photo = bytes(range(256)) * 4000
    lines = base64.encodebytes(photo)
    message = (
        b"From: Big <big@plant.example>\nSubject: Photo\nMessage-ID: <big@plant.example>\n"
        b'Content-Type: multipart/mixed; boundary="z"\n\n--z\n\nThe photo shows the crack.\n'
        b'--z\nContent-Type: image/png; name="crack.png"\nContent-Transfer-Encoding: base64\n\n' + lines + b"--z--\n"
    )
    assert len(message) > INLINE
    (tmp_path / "big.eml").write_bytes(message)
    (one,) = await office.take(tmp_path / "big.eml")
    assert one.outcome == "registered"
    raw = await office.here.raw.read(one.sequence)
    assert raw.message.file_ref is not None
    assert await office.here.raw.content(raw.message) == message
    (attachment,) = (await office.report(one.case_id))["attachments"]
    assert await read_all(office.here.files, attachment["file_ref"]) == photo


async def test_a_quarantined_message_is_read_anew_with_its_own_times_when_its_fault_is_mended(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("services.intake.mail.intake.parse", _unreadable)
        (one,) = await office.take(CORPUS / "no_message_id.eml")
        assert (one.outcome, one.error) == ("quarantined", "a defect of the reader")
        assert await office.ledger.undecided() == [one.sequence]
        assert (await read_again(office.here), await office.store.last()) == ((0, 1), 2)
    stored = (await office.ledger.find([one.sequence]))[one.sequence].stored_at
    assert await read_again(office.here) == (1, 0)
    entry = (await office.ledger.find([one.sequence]))[one.sequence]
    assert (entry.status, entry.stored_at) == ("registered", stored)
    report = await office.report(entry.case_id)
    assert datetime.fromisoformat(report["received_at"]) == stored, "it names no time: that of the storing counts"
    assert await office.ledger.undecided() == []


async def test_what_a_person_decided_about_a_message_in_quarantine_is_not_decided_again(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(3):
        (folder / str(number)).write_text(f"words {number}")
    first, second, third = await office.take(folder)
    assert await set_aside(office.here, first.sequence, "supervisor")
    assert await set_aside(office.here, first.sequence, "specialist"), "who did it first stands"
    assert not await set_aside(office.here, 999, "supervisor")
    body = samples.report(raw_content_ref=f"raw:{second.sequence}")
    await office.send("intake", "RegisterFeedback", body)

    async def is_known() -> bool:
        return await office.ledger.undecided() == [third.sequence]

    await until(is_known)
    assert [one.outcome for one in await office.take(folder)] == ["already_there", "already_there", "quarantined"]
    assert await read_again(office.here) == (0, 1)
    async with office.here.pool.connection() as connection:
        rows = await connection.execute("select set_aside_by from intake.ledger where set_aside_at is not null")
        assert await rows.fetchall() == [("supervisor",)]


async def test_a_message_at_hand_for_people_concerns_the_contact_of_its_case(office: Office, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("words")
    (one,) = await office.take(tmp_path / "words")
    entry = (await office.ledger.find([one.sequence]))[one.sequence]
    assert await read_all(office.here.files, f"sha256:{entry.sha256}") == b"words"
    await office.send("intake", "RegisterFeedback", samples.report(raw_content_ref=f"raw:{one.sequence}"))
    person = office.here.people.person_id("+86 574 8765 4321", None)
    async with office.here.pool.connection() as connection:
        wraps = await connection.execute(
            "select object_id, person_id from keys.object_wrap where object_id like %(digest)s order by object_id",
            {"digest": f"%{entry.sha256}"},
        )
        assert await wraps.fetchall() == [(f"{kind}:{entry.sha256}", person) for kind in ("raw", "sha256")]


def _unreadable(content: bytes, stored_at: datetime) -> Parsed:
    raise Unreadable("a defect of the reader")


async def test_a_message_waits_in_intake_while_no_service_answers_and_is_settled_later(
    deployment: Settings, tmp_path: Path
) -> None:
    async with ground(deployment, "service") as here:
        waiting = MailImport(here.raw, Ledger(here.pool), mail_intake(here), patience=0.2)
        (one,) = [each async for each in waiting.run(message_files(CORPUS / "reply_163.eml"))]
        assert one.outcome == "waiting"
    async with services(deployment, STAGES) as running:
        office = Office(running.ground, running.store)
        await office.send("administration", "AddUser", {"user_name": "supervisor", "roles": ["SUPERVISOR"]})
        await office.send("administration", "PublishSlaPolicy", samples.service_levels(), "standard")

        async def is_settled() -> bool:
            return one.sequence in await office.ledger.find([one.sequence])

        await until(is_settled)
        (again,) = await office.take(CORPUS / "reply_163.eml")
        assert again.outcome == "already_there"
        assert decode((await office.store.load(subject_of("case", again.case_id or "")))[0]).channel == "EMAIL"
