"""The message that goes out, read back by parsers that are not ours: headers, invitation, files, settings."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from services.followup.letters.visits import cancelled, confirmed, moved
from shared.events.catalogue import decode
from shared.mail.first_message import FirstMessage, said_by
from shared.mail.invitation import Visit
from shared.mail.message import BadAddress, Enclosed, Written, message_of
from shared.mail.relay import Relay, relay_of
from shared.runtime.settings import BadSetting
from shared.store.cache import Aggregates
from tests.support.desk import Desk
from tests.support.past import REQUEST, happened, triaged
from tests.support.samples import at

RELAY = Relay(host="h", port=25, security="none", sender="service@mould.example", sender_name="模具售后")
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
WRITTEN = Written(
    case_id="z96q-rsy14",
    mail_id="8c0f5f0e-2a3b-5c4d-9e8f-0a1b2c3d4e5f.z96q-rsy14",
    to="zhang@plant.example",
    title="",
    subject="模具售后服务",
    text="您好\n",
    at=NOW,
    is_automatic=True,
)
VISIT = Visit(
    uid="v@mould.example",
    number=7,
    told_at=NOW,
    starts_at=datetime(2026, 11, 26, 1, tzinfo=UTC),
    is_cancelled=False,
    summary="到场, z96q",
    text="一; 二\n三",
    organizer=RELAY.sender,
    organizer_name="模具: 售后",
    attendee="zhang@plant.example",
)


def read(written: Written, relay: Relay = RELAY) -> EmailMessage:
    found = message_from_bytes(message_of(relay, written).as_bytes(policy=SMTP), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_long_message_id_of_the_customer_is_neither_encoded_nor_broken() -> None:
    long = f"<{'AM0PR04MB' * 10}@AM0PR04MB.eurprd04.prod.outlook.example>"
    sent = message_of(RELAY, replace(WRITTEN, answers=long)).as_bytes(policy=SMTP)
    assert b"=?utf-8?" not in sent.partition(b"References")[2].partition(b"Auto-Submitted")[0]
    message = read(replace(WRITTEN, answers=long))
    assert message["In-Reply-To"] == long
    assert message["References"].split() == [long, "<case.z96q-rsy14@mould.example>"]


def test_the_headers_keep_a_case_together_and_ask_no_machine_to_answer() -> None:
    message = read(WRITTEN)
    assert {name: str(message[name]) for name in ("To", "Subject", "Message-ID", "References", "Auto-Submitted")} == {
        "To": "zhang@plant.example",
        "Subject": "[z96q-rsy14] 模具售后服务",
        "Message-ID": "<8c0f5f0e-2a3b-5c4d-9e8f-0a1b2c3d4e5f.z96q-rsy14@mould.example>",
        "References": "<case.z96q-rsy14@mould.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply, RN, NRN"
    assert message["From"].addresses[0].display_name == "模具售后"
    assert message["Date"].datetime == NOW
    assert message.get_content() == "您好\n"
    by_hand = read(replace(WRITTEN, is_automatic=False))
    assert by_hand["Auto-Submitted"] is by_hand["X-Auto-Response-Suppress"] is None


def test_an_answer_goes_into_the_customers_thread_and_where_it_is_wanted() -> None:
    message = read(
        replace(WRITTEN, title="漏水\r\nBcc: x@y.example", answers="<1@plant.example>"),
        replace(RELAY, reply_to="desk@mould.example"),
    )
    assert message["In-Reply-To"] == "<1@plant.example>"
    assert message["Subject"] == "[z96q-rsy14] Re: 漏水 Bcc: x@y.example"
    assert message["Bcc"] is None
    assert message["Reply-To"] == "desk@mould.example"


@pytest.mark.parametrize(
    "to", ["", "zhang", "a@b@c.example", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "张伟"]
)
def test_what_is_no_address_is_none(to: str) -> None:
    with pytest.raises(BadAddress):
        message_of(RELAY, replace(WRITTEN, to=to))


@pytest.mark.parametrize(
    ("is_cancelled", "method", "status"), [(False, "REQUEST", "CONFIRMED"), (True, "CANCEL", "CANCELLED")]
)
def test_an_invitation_is_read_by_a_calendar(is_cancelled: bool, method: str, status: str) -> None:
    message = read(replace(WRITTEN, visit=replace(VISIT, is_cancelled=is_cancelled)))
    part = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
    assert part["Content-Type"].params["method"] == method
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["UID"], event["SEQUENCE"]) == (method, status, VISIT.uid, 7)
    assert event.decoded("dtstart") == VISIT.starts_at
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (VISIT.summary, VISIT.text)
    assert str(event["ORGANIZER"]) == "mailto:service@mould.example"
    assert str(event["ATTENDEE"]) == "mailto:zhang@plant.example"


def test_files_go_with_it_and_a_message_within_a_message_stays_a_file() -> None:
    files = [Enclosed("方案.pdf", "application/pdf", b"%PDF"), Enclosed("a.eml", "message/rfc822", b"From: x\n\ny")]
    found = list(read(replace(WRITTEN, files=files)).iter_attachments())
    assert [(one.get_filename(), one.get_content_type()) for one in found] == [
        ("方案.pdf", "application/pdf"),
        ("a.eml", "application/octet-stream"),
    ]


async def test_a_visit_keeps_its_name_while_it_moves_and_its_number_rises() -> None:
    desk = Desk()
    await desk.open()
    case_id = await desk.register(received_at=at(0))
    agreed = {
        "visit_at": at(48),
        "site_contact": {"name": "张伟", "phone": "+86 574 8765 4321"},
        "confirmed_by": "张伟",
        "confirmed_via": "HOTLINE",
    }
    await happened(
        desk,
        case_id,
        triaged(),
        ("OnsiteRequested", REQUEST),
        ("OnsiteApproved", {}),
        ("VisitConfirmed", agreed),
        ("VisitRescheduled", {"by": "CUSTOMER", "reason": "停机推迟", "new_visit_at": at(90)}),
    )
    case = (await Aggregates(desk.store).get(f"evt.case.{case_id}")).state
    events = {one.meta.type: one for one in await desk.events(case_id)}
    first = confirmed(events["VisitConfirmed"], decode(events["VisitConfirmed"]), case)
    then = moved(events["VisitRescheduled"], decode(events["VisitRescheduled"]), case)
    assert first is not None
    assert then is not None
    assert first.visit_id == then.visit_id == case.dispatch.requests[-1].event_id
    assert first.number < then.number
    assert then.starts_at is not None
    assert then.starts_at.isoformat() == at(90)
    off = cancelled(events["VisitRescheduled"], case)
    assert off is not None
    assert off.is_cancelled


@pytest.mark.parametrize(
    ("head", "wants_none"),
    [
        ({}, False),
        ({"Auto-Submitted": "no"}, False),
        ({"Auto-Submitted": "auto-replied; owner-email=x"}, True),
        ({"Precedence": "List"}, True),
        ({"List-Id": "<x>"}, True),
        ({"Return-Path": "<>"}, True),
        ({"Return-Path": "<zhang@plant.example>"}, False),
    ],
)
def test_machines_and_lists_want_no_answer(head: dict[str, str], wants_none: bool) -> None:
    message = EmailMessage()
    for name, value in head.items():
        message[name] = value
    assert said_by(message) == FirstMessage("", wants_none)


GOOD = {"MOLDCARE_SMTP_HOST": "mail.mould.example", "MOLDCARE_SMTP_FROM": "service@mould.example"}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, ("mail.mould.example", 587, "starttls")),
        ({"MOLDCARE_SMTP_TLS": "tls"}, ("mail.mould.example", 465, "tls")),
        ({"MOLDCARE_SMTP_HOST": "10.0.0.1:2525", "MOLDCARE_SMTP_TLS": "none"}, ("10.0.0.1", 2525, "none")),
        ({"MOLDCARE_SMTP_HOST": "[::1]:25", "MOLDCARE_SMTP_TLS": "none"}, ("::1", 25, "none")),
    ],
)
def test_a_server_is_named_by_settings(more: dict[str, str], found: tuple[Any, ...]) -> None:
    relay = relay_of({**GOOD, **more})
    assert relay is not None
    assert (relay.host, relay.port, relay.security) == found


def test_without_a_server_there_is_none_and_a_password_is_never_printed() -> None:
    assert relay_of({"MOLDCARE_SMTP_FROM": "service@mould.example"}) is None
    relay = relay_of({**GOOD, "MOLDCARE_SMTP_USER": "u", "MOLDCARE_SMTP_PASSWORD": "secret word"})
    assert relay is not None
    assert "secret" not in repr(relay)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"MOLDCARE_SMTP_TLS": "ssl"}, "TLS"),
        ({"MOLDCARE_SMTP_HOST": "http://x"}, "HOST"),
        ({"MOLDCARE_SMTP_HOST": "x:99999"}, "HOST"),
        ({"MOLDCARE_SMTP_FROM": ""}, "FROM"),
        ({"MOLDCARE_SMTP_FROM": "Service <a@b.c>"}, "FROM"),
        ({"MOLDCARE_SMTP_REPLY_TO": "nobody"}, "REPLY_TO"),
        ({"MOLDCARE_SMTP_USER": "u"}, "PASSWORD"),
        ({"MOLDCARE_SMTP_USER": "u", "MOLDCARE_SMTP_PASSWORD": "p", "MOLDCARE_SMTP_TLS": "none"}, "TLS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(wrong: dict[str, str], name: str) -> None:
    with pytest.raises(BadSetting, match=f"^MOLDCARE_SMTP_{name} "):
        relay_of({**GOOD, **wrong})
