"""A customer's mail, our letter, the answer to it and its return, through all services and real mail servers."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from services.command_line.compose import services
from services.command_line.seeding import plant, rules, sample
from services.command_line.stages import STAGES
from services.intake.mail.ledger import Entry, Ledger
from services.intake.mail.storing import store
from shared.events.catalogue import decode
from shared.runtime.settings import Settings
from shared.store.commands import Outgoing
from shared.store.jetstream import JetStreamStore
from tests.support.now import acknowledgement_now
from tests.support.post_office import PostOffice, post_office
from tests.waiting import until

CUSTOMER = b"From: Zhang Wei <zhang@plant.example>\r\nTo: service@mould.example\r\n"
REPORT = b"Message-ID: <first@plant.example>\r\nSubject: Leaking mould\r\n\r\nThe cooling channel leaks.\r\n"


class Round:
    """All services, and a mail server that takes what they send."""

    def __init__(self, here: Any, log: JetStreamStore, office: PostOffice) -> None:
        self.here, self.log, self.office = here, log, office

    async def comes(self, content: bytes) -> Entry:
        """A message comes in; what became of it."""
        stored, _ = await store(self.here.raw, content)

        async def settled() -> Entry | None:
            return (await Ledger(self.here.pool).find([stored.sequence])).get(stored.sequence)

        return await until(settled)  # type: ignore[return-value]

    async def send(self, service: str, command: str, to: str | None, body: dict[str, Any]) -> dict[str, Any]:
        token = self.here.signer.sign("specialist", self.here.clock.now())
        order = Outgoing(service=service, command=command, aggregate_id=to, command_id=str(uuid4()), token=token)
        answer = await self.here.commands.ask(order, msgspec.json.encode(body))
        assert answer.is_accepted, answer.body
        return answer.body

    async def acknowledged(self, content: bytes) -> str:
        """A case from a message, and its acknowledgement."""
        case_id = (await self.comes(content)).case_id
        assert case_id is not None
        await self.send("intake", "AcknowledgeCase", case_id, json.loads(acknowledgement_now()))
        return case_id

    async def told(self, case_id: str, times: int) -> list[tuple[bool | None, str | None]]:
        """What the case says of its messages, once it says so many things."""

        async def found() -> list[tuple[bool | None, str | None]] | None:
            events = [decode(one) for one in await self.log.load(f"evt.case.{case_id}")]
            said = [(one.delivered, one.outcome) for one in events if type(one).__name__ == "CustomerNotified"]
            return said if len(said) == times else None

        return await until(found)  # type: ignore[return-value]


@pytest.fixture
async def mail(deployment: Settings) -> AsyncIterator[Round]:
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(post_office())
        settings = msgspec.structs.replace(deployment, environment={**deployment.environment, **office.environment})
        running = await stack.enter_async_context(services(settings, STAGES, tick=0.05))
        await plant(running.ground, running.store, rules())
        await plant(running.ground, running.store, sample(), is_sample=True)
        yield Round(running.ground, running.store, office)


@pytest.mark.proves("B-20")
async def test_our_letter_stands_in_the_customers_thread_and_his_answer_is_listed_with_the_case(mail: Round) -> None:
    case_id = await mail.acknowledged(CUSTOMER + REPORT)
    assert await mail.told(case_id, 1) == [(True, "SMTP-250")]
    (letter,) = mail.office.taken
    assert letter["In-Reply-To"] == "<first@plant.example>"
    assert letter["References"] == f"<first@plant.example> <case.{case_id}@mould.example>"
    assert letter["Subject"] == f"[{case_id}] Re: Leaking mould"
    answer = f"Message-ID: <second@plant.example>\r\nIn-Reply-To: {letter['Message-ID']}\r\n\r\nCome at nine.\r\n"
    entry = await mail.comes(CUSTOMER + answer.encode())
    assert (entry.status, entry.listing, entry.about_case, entry.case_id) == ("listed", "reply", case_id, None)
    automatic = "Auto-Submitted: auto-replied\r\n" + answer.replace("second", "third")
    assert (await mail.comes(CUSTOMER + automatic.encode())).listing == "automatic_reply"
    assert len(mail.office.taken) == 1


async def test_a_number_in_a_subject_that_none_of_our_letters_was_about_makes_a_case(mail: Round) -> None:
    subject = b"Message-ID: <new@plant.example>\r\nSubject: [2026-00123] Mould stuck\r\n\r\nIt does not open.\r\n"
    entry = await mail.comes(CUSTOMER + subject)
    assert (entry.status, entry.listing) == ("registered", None)
    assert entry.case_id is not None


async def test_a_letter_that_comes_back_is_a_task_and_stands_in_the_case_once(mail: Round) -> None:
    case_id = await mail.acknowledged(CUSTOMER + REPORT)
    await mail.told(case_id, 1)
    head = "".join(f"{name}: {value}\r\n" for name, value in mail.office.taken[0].items())
    for number in range(2):
        report = (
            f"From: MAILER-DAEMON@post.example\r\nMessage-ID: <b{number}@post.example>\r\n"
            "Subject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; post.example\r\n\r\n"
            "Final-Recipient: rfc822; zhang@plant.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--b--\r\n"
        )
        entry = await mail.comes(report.encode())
        assert (entry.listing, entry.about_case) == ("bounce", case_id)
    assert await mail.told(case_id, 2) == [(True, "SMTP-250"), (False, "RETURNED-5.1.1")]
    async with mail.here.pool.connection() as connection:
        rows = await (await connection.execute("select state, code from runner.mail")).fetchall()
    assert rows == [("returned", "RETURNED-5.1.1")]


@pytest.mark.parametrize("head", [b"List-Id: <news.plant.example>\r\n", b"Precedence: bulk\r\n"])
async def test_no_machine_of_ours_answers_a_list_but_a_person_may(mail: Round, head: bytes) -> None:
    case_id = await mail.acknowledged(head + CUSTOMER + REPORT)
    assert await mail.told(case_id, 1) == [(False, "NO_ANSWER_WANTED")]
    assert mail.office.taken == []
    body = {"via": "EMAIL", "to": "zhang@plant.example", "text": "您好", "trigger": "OTHER"}
    await mail.send("followup", "RequestMessage", case_id, body)
    assert (True, "SMTP-250") in await mail.told(case_id, 2)
