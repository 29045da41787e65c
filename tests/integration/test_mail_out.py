"""Mail to customers: asked for, sent once, recorded; in doubt after a crash; refused and returned in plain sight."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.followup.letters.policies import POLICIES
from shared.events.catalogue import decode
from shared.files.folder import FolderFileStore
from shared.files.port import once
from shared.mail import handing_over, rows
from shared.mail.names import key_of, mail_id_of
from shared.mail.relay import relay_of
from shared.mail.sender import MailSender
from shared.mail.writing import Writer
from shared.runtime.settings import Settings
from tests.support.machinery import Machinery, machinery_of
from tests.support.post_office import PostOffice, post_office
from tests.support.samples import acknowledgement, at, classification

TO = "zhang.wei@plant.example"


class NoRaw:
    """No case of these tests came by mail."""

    async def read(self, sequence: int) -> Any:
        raise LookupError(sequence)

    async def content(self, message: Any) -> bytes:
        raise LookupError


class Post:
    """Policies, commands, mail and the mail server, over one database."""

    def __init__(self, machinery: Machinery, office: PostOffice, folder: Path) -> None:
        self.machinery, self.office, self.desk = machinery, office, machinery.desk
        self.files = FolderFileStore(folder, self.desk.people.ring)
        relay = relay_of(office.environment)
        assert relay is not None
        writer = Writer(relay, self.desk.people, self.files, NoRaw(), self.desk.clock)
        self.sender = MailSender(machinery.pool, self.desk.aggregates, relay, writer, self.desk.clock)

    async def case(self, **changes: Any) -> str:
        return await self.desk.register(contact_email=TO, received_at=at(0), **changes)

    async def ask(self, case_id: str, **changes: Any) -> str:
        """A message that a person asks for; the event's id."""
        body = {"via": "EMAIL", "to": TO, "text": "请补充模具照片", "trigger": "INFO_REQUEST", **changes}
        answer = await self.desk.send("RequestMessage", body, to=case_id)
        assert answer.status == 201, answer.body
        return str(answer.body["event"]["id"])

    async def react(self) -> None:
        """Policies see what happened, and commands are sent."""
        await self.machinery.timer.tick()

    async def send(self) -> None:
        """Letters are asked for, seen, sent and noted."""
        for _ in range(2):
            await self.react()
        await self.sender.send_due()
        await self.react()

    async def states(self) -> dict[str, str]:
        async with self.machinery.pool.connection() as connection:
            found = await connection.execute("select request_id, state from runner.mail")
            return dict(await found.fetchall())  # type: ignore[arg-type]

    async def told(self, case_id: str) -> list[tuple[bool | None, str | None]]:
        events = [decode(one) for one in await self.desk.events(case_id) if one.meta.type == "CustomerNotified"]
        return [(one.delivered, one.outcome) for one in events]


@pytest.fixture
async def post(deployment: Settings, tmp_path: Path) -> AsyncIterator[Post]:
    async with machinery_of(deployment, POLICIES) as machinery, post_office() as office:
        await machinery.runners.begin()
        yield Post(machinery, office, tmp_path / "files")


@pytest.mark.proves("B-20")
async def test_what_happens_is_told_in_writing_once_whatever_is_delivered_twice(post: Post) -> None:
    case_id = await post.case()
    body = acknowledgement(ack_at=at(0), next_contact_at=at(3))
    assert (await post.desk.send("AcknowledgeCase", body, to=case_id)).status == 201
    for _ in range(2):
        await post.send()
        async with post.machinery.pool.connection() as connection:
            await connection.execute("update runner.reactor set position = 0")
    (mail,) = post.office.taken
    assert post.office.recipients == [TO]
    text = mail.get_content()
    assert "张伟" in text
    assert "工程师将在两小时内回电" in text
    assert "2026-11-23 15:00 (Asia/Shanghai)" in text
    assert mail["Subject"] == f"[{case_id}] 模具售后服务"
    assert mail["Auto-Submitted"] == "auto-generated"
    types = await post.desk.types(case_id)
    assert types == ["FeedbackReceived", "CaseAcknowledged", "MessageRequested", "CustomerNotified"]
    assert await post.told(case_id) == [(True, "SMTP-250")]


async def test_states_are_told_as_the_policy_lists_them_and_an_automatic_receipt_is_no_first_response(
    post: Post,
) -> None:
    await told_of(post, ["RECEIVED", "TRIAGED"])
    case_id = await post.case()
    await post.send()
    state = (await post.desk.aggregates.refresh(f"evt.case.{case_id}")).state
    assert state.intake.acknowledged_at is None
    await post.desk.send("Classify", classification(), to=case_id)
    await post.send()
    assert ["已登记" in one.get_content() for one in post.office.taken] == [True, False]
    assert "已分类" in post.office.taken[1].get_content()
    assert post.office.taken[0]["References"] == post.office.taken[1]["References"]


async def told_of(post: Post, states: list[str]) -> None:
    levels = {"name": "standard", "targets": {"FIRST_RESPONSE": {"NORMAL": {"hours": 8, "base": "H24"}}}}
    body = {
        "version": 2,
        "effective_from": at(0),
        "drafted_by": "supervisor",
        "content": {**levels, "told_to_customer": states},
    }
    assert (await post.desk.send("PublishSlaPolicy", body, to="standard", by="system")).status == 201


async def test_a_message_id_is_derived_from_the_request(post: Post) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    await post.send()
    assert post.office.ids == [f"<{mail_id_of(key_of(request_id), case_id)}@mould.example>"]
    assert "Auto-Submitted" not in post.office.taken[0], "a person asked for it"


@pytest.mark.parametrize("is_sent", [False, True])
async def test_a_crash_after_the_beginning_leaves_the_message_in_doubt_and_makes_no_second_one(
    post: Post, monkeypatch: pytest.MonkeyPatch, is_sent: bool
) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    await post.react()

    async def dies(client: Any, content: bytes) -> Any:
        if is_sent:
            await data(client, content)
        raise asyncio.CancelledError

    data = handing_over.SMTP.data
    with monkeypatch.context() as patched:
        patched.setattr(handing_over.SMTP, "data", dies)
        with pytest.raises(asyncio.CancelledError):
            await post.sender.send_due()
    before = len(post.office.taken)
    assert before == (1 if is_sent else 0)
    for _ in range(2):
        await post.send()
    assert await post.states() == {request_id: "in_doubt"}
    assert len(post.office.taken) == before
    assert await post.told(case_id) == []
    await post.ask(case_id, again_of=request_id, text="这段文字不会被采用")
    await post.send()
    assert await post.states() == {request_id: "sent"}
    assert len(set(post.office.ids)) == 1
    assert len(post.office.taken) == before + 1
    assert "请补充模具照片" in post.office.taken[-1].get_content()
    assert await post.told(case_id) == [(True, "SMTP-250")]


async def test_a_person_says_that_a_message_in_doubt_arrived(post: Post) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    post.office.answers["DATA"] = [None]
    await post.send()
    assert await post.states() == {request_id: "in_doubt"}
    body = {"via": "HOTLINE", "to": TO, "text": "已电话确认收到", "trigger": "OTHER", "request_event_id": request_id}
    assert (await post.desk.send("NotifyCustomer", body, to=case_id)).status == 201
    await post.send()
    assert await post.states() == {request_id: "answered"}
    assert len(post.office.taken) == 1


async def test_a_crash_before_the_beginning_loses_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    await post.react()

    async def dies(connection: Any, row: Any) -> bool:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(rows, "begin", dies)
        with pytest.raises(asyncio.CancelledError):
            await post.sender.send_due()
    await post.send()
    assert await post.states() == {request_id: "sent"}
    assert len(post.office.taken) == 1


async def test_the_record_follows_though_the_process_dies_behind_the_end(post: Post) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    await post.react()
    await post.sender.send_due()
    assert await post.told(case_id) == []
    post.machinery.door.losing = 1
    await post.react()
    post.desk.later(seconds=5)
    await post.react()
    assert await post.told(case_id) == [(True, "SMTP-250")]
    assert await post.states() == {request_id: "sent"}


async def test_the_case_wins_over_a_row_that_waits(post: Post) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    body = {"via": "HOTLINE", "to": TO, "text": "已电话告知", "trigger": "INFO_REQUEST", "request_event_id": request_id}
    assert (await post.desk.send("NotifyCustomer", body, to=case_id)).status == 201
    await post.send()
    assert post.office.taken == []
    assert await post.states() == {request_id: "answered"}


async def test_what_is_refused_for_good_is_a_task_and_stands_in_the_case(post: Post) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    post.office.answers["RCPT"] = ["550 5.1.1 zhang.wei@plant.example is unknown here"]
    await post.send()
    assert await post.states() == {request_id: "refused"}
    assert await post.told(case_id) == [(False, "SMTP-550-5.1.1")]
    state = (await post.desk.aggregates.refresh(f"evt.case.{case_id}")).state
    assert [one.sent_at for one in state.followup.messages] == [None]


async def test_what_is_refused_for_now_is_tried_again_later_and_given_up_after_days(post: Post) -> None:
    case_id = await post.case()
    request_id = await post.ask(case_id)
    post.office.answers["DATA"] = ["451 4.7.1 come back later"]
    await post.send()
    assert await post.states() == {request_id: "waiting"}
    await post.send()
    assert post.office.taken == []
    post.desk.later(minutes=2)
    await post.send()
    assert await post.states() == {request_id: "sent"}
    second = await post.ask(case_id)
    post.desk.later(days=3, seconds=1)
    await post.send()
    assert (await post.states())[second] == "expired"
    assert len(post.office.taken) == 1


async def test_files_go_with_a_message_and_a_file_that_is_gone_is_a_task(post: Post) -> None:
    kept = await post.files.put(once(b"%PDF-1.7 plan"), "plan.pdf")
    post.desk.evidence.keep(kept.file_ref)
    gone = post.desk.evidence.keep("sha256:" + "0" * 64)
    case_id = await post.case()
    await post.ask(case_id, attachments=[{"file_ref": kept.file_ref, "name": "方案"}])
    lost = await post.ask(case_id, attachments=[{"file_ref": gone, "name": "方案"}])
    await post.send()
    (mail,) = post.office.taken
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("方案.pdf", b"%PDF-1.7 plan")
    assert (await post.states())[lost] == "refused"
    assert (False, "FILE_MISSING") in await post.told(case_id)


async def test_nothing_goes_to_ourselves_and_nobody_is_flooded(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.mail.sender.MOST_A_DAY", 1)
    case_id = await post.case()
    await post.ask(case_id, to="Service@mould.example")
    other = await post.case(mould_no="M-2024-0118")
    for one in (case_id, other):
        assert (await post.desk.send("AcknowledgeCase", acknowledgement(ack_at=at(0)), to=one)).status == 201
        await post.send()
    assert len(post.office.taken) == 1
    told = [*await post.told(case_id), *await post.told(other)]
    assert sorted(told) == [(False, "OWN_ADDRESS"), (False, "TOO_MANY"), (True, "SMTP-250")]


async def test_a_customer_who_waits_hears_from_us_within_the_target(post: Post) -> None:
    levels = {
        "name": "standard",
        "targets": {name: {"NORMAL": {"hours": 8, "base": "H24"}} for name in ("FIRST_RESPONSE", "PROGRESS")},
    }
    body = {"version": 2, "effective_from": at(0), "drafted_by": "supervisor", "content": levels}
    assert (await post.desk.send("PublishSlaPolicy", body, to="standard", by="system")).status == 201
    case_id = await post.case()
    await post.desk.send("AcknowledgeCase", acknowledgement(ack_at=at(0), next_contact_at=at(3)), to=case_id)
    await post.send()
    await post.desk.send("Classify", classification(), to=case_id)
    await post.send()
    assert len(post.office.taken) == 1, "the policy lists no state, so only the acknowledgement went out"
    for hours in (5.5, 0.1):
        post.desk.clock.advance(timedelta(hours=hours))
        await post.send()
    _, word = post.office.taken
    assert "已分类" in word.get_content(), "as things stand now, not as they stood when it was planned"
    answer = await post.desk.send("CancelCase", {"reason": "TEST"}, to=case_id, by="supervisor")
    assert answer.status == 201, answer.body
    post.desk.clock.advance(timedelta(hours=9))
    await post.send()
    assert len(post.office.taken) == 2


async def test_a_policy_that_writes_letters_begins_behind_what_was_there_before(
    deployment: Settings, tmp_path: Path
) -> None:
    async with machinery_of(deployment, POLICIES) as machinery, post_office() as office:
        post = Post(machinery, office, tmp_path / "files")
        case_id = await post.case()
        await post.desk.send("AcknowledgeCase", acknowledgement(ack_at=at(0)), to=case_id)
        await post.ask(case_id)
        await post.send()
        assert office.taken == []
        assert await post.states() == {}
