"""Answers to our letters find their case, and letters that come back are known: by Message-ID, else by number."""

from datetime import UTC, datetime

import pytest

from services.intake.mail.parse import parse
from services.intake.mail.threads import Thread
from shared.mail.names import key_of, mail_id_of, named_in, thread_id_of, visit_uid

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REQUEST = "8c0f5f0e-2a3b-5c4d-9e8f-0a1b2c3d4e5f"
CASE = "z96q-rsy14"
MAIL = mail_id_of(key_of(REQUEST), CASE)
FIRST = b"From: Zhang <zhang@plant.example>\r\nMessage-ID: <1@plant.example>\r\n"


def thread(raw: bytes) -> Thread | None:
    return parse(raw, NOW).thread


def test_a_message_id_is_derived_from_the_effect_and_names_the_case() -> None:
    assert mail_id_of("mail:8c0f5f0e-2a3b-5c4d-9e8f-0a1b2c3d4e5f", CASE) == MAIL
    assert mail_id_of(key_of("another"), CASE) != MAIL
    assert [one.mail_id for one in named_in(f"<x@y.z> <{MAIL}@mould.example>")] == [MAIL]
    assert visit_uid(CASE, REQUEST, "mould.example") == visit_uid(CASE, REQUEST, "mould.example")
    assert visit_uid(CASE, REQUEST, "mould.example") != visit_uid(CASE, "other", "mould.example")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (f"In-Reply-To: <{MAIL}@mould.example>", Thread(CASE, MAIL, is_named=True)),
        (f"References: <a@b.c>\r\n <{MAIL}@mould.example>", Thread(CASE, MAIL, is_named=True)),
        (f"References: <{thread_id_of(CASE)}@mould.example>", Thread(CASE, "", is_named=True)),
        (f"Subject: =?utf-8?b?5Zue5aSN?= Re: [{CASE.upper()}] x", Thread(CASE)),
        ("Subject: [urgent] our mould", None),
        ("References: <case.zzzz@plant.example>", None),
        ("References: <other@plant.example>", None),
    ],
)
def test_an_answer_names_its_case(head: str, found: Thread | None) -> None:
    assert thread(FIRST + head.encode() + b"\r\n\r\nYes, at nine.\r\n") == found


def report(action: str = "failed", status: str = "5.1.1", original: str = "") -> bytes:
    original = original or f"Message-ID: <{MAIL}@mould.example>\r\nSubject: [{CASE}] x\r\n"
    return (
        "From: MAILER-DAEMON@post.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; post.example\r\n\r\n"
        f"Final-Recipient: rfc822; zhang@plant.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (report(), "RETURNED-5.1.1"),
        (report(status="5.2.2"), "RETURNED-5.2.2"),
        (report(action="delayed", status="4.4.1"), ""),
        (report().replace(b"text/rfc822-headers", b"message/rfc822"), "RETURNED-5.1.1"),
    ],
)
def test_a_delivery_report_names_the_letter_that_came_back(raw: bytes, code: str) -> None:
    read = parse(raw, NOW)
    assert read.listing == "bounce"
    assert read.thread == Thread(CASE, MAIL, is_named=True, returned=code)


def test_a_report_in_plain_chinese_text_is_read_too() -> None:
    raw = (
        "From: postmaster@qq.com\r\nSubject: =?utf-8?b?57O757uf6YCA5L+h?=\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"抱歉，您的邮件被退回。收件人不存在 (550 5.1.1)。\r\nMessage-ID: <{MAIL}@mould.example>\r\n"
    ).encode()
    read = parse(raw, NOW)
    assert (read.listing, read.thread) == ("bounce", Thread(CASE, MAIL, is_named=True, returned="RETURNED-5.1.1"))


def test_a_report_about_a_letter_of_others_is_none_of_ours() -> None:
    assert parse(report(original="Message-ID: <1@others.example>\r\n"), NOW).thread is None
