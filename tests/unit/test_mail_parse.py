"""What is read from messages that real programs write, and from broken ones."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.mail.charset import decoded
from services.intake.mail.headers import text_of
from services.intake.mail.html_text import text_of_html
from services.intake.mail.parse import Parsed, Unreadable, key_of, parse
from services.intake.mail.quotation import new_text

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
STORED = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 2, 1, 15, tzinfo=UTC)


def read(name: str) -> Parsed:
    return parse((CORPUS / f"{name}.eml").read_bytes(), STORED)


@pytest.mark.parametrize(
    ("name", "sender", "subject", "text"),
    [
        (
            "gb2312_holding_gb18030",
            "朱镕喆 zhu@dgjm.example",
            "顶针断裂，产线停机",
            "你好，\n我们的模具顶针断了，朱镕喆师傅说要停机。\n模号 M-2031，请尽快处理。",
        ),
        ("charset_nobody_knows", "李娜 lina@hz.example", "流道堵塞", "热流道第三点不出料。"),
        ("broken_part", "Wang, Jianguo wang@sz.example", "Core cracked", "The core pin is cracked near the gate."),
        (
            "no_message_id",
            "Sales Desk sales@agent.example",
            "Customer calls about flash",
            "Flash on parting line, cavity 3.",
        ),
        ("empty_body", " qa@plant.example", "Ejector plate sticks, see subject", ""),
        (
            "forbidden_characters",
            "Nul nul@plant.example",
            "Leakage",
            "Cooling water leaks at the core.\n[31mSecond line.",
        ),
        ("reply_qq", "陈工 chen@qq.example", "回复：备件何时到", "还是漏水，昨天换的密封圈没用。"),
        ("reply_163", "Liu liu@163.example", "Re:漏水", "第二腔有拉伤，照片在附件。"),
        ("reply_foxmail", "Sun sun@plant.example", "回复: 试模", "试模三次都有缩水。"),
        ("reply_gmail_zh", "Ma ma@gmail.example", "Re: core", "滑块卡住了。"),
        (
            "reply_en_wrapped",
            "Kim kim@plant.example",
            "Re: slider",
            "The slider is stuck again and the guide rail is worn.",
        ),
        (
            "reply_between",
            "Ann ann@plant.example",
            "Re: questions",
            "Cavity 3.\nSince Monday: after the change of material.",
        ),
        ("html_only", "Zoe zoe@plant.example", "Burn marks", "Burn marks at the end of fill.\n\n温度 230 ℃\n二次料"),
        ("forward_only", "Sales sales@mould.example", "Fwd: 客户来信", ""),
        ("chinese_attachment_names", "Hu hu@plant.example", "Photos", "Photos of the cavity attached."),
        ("line_ends_crlf", "Crlf crlf@plant.example", "Lines", "Line one.\nLine two."),
    ],
)
def test_sender_subject_and_new_text_are_read(name: str, sender: str, subject: str, text: str) -> None:
    message = read(name)
    assert f"{message.sender_name} {message.sender_address}" == sender
    assert message.subject == subject
    assert message.text == text
    assert message.listing is None


def test_the_newest_received_field_tells_when_it_came_else_the_date_else_the_storing() -> None:
    assert read("gb2312_holding_gb18030").received_at == datetime(2026, 11, 2, 1, 16, 30, tzinfo=UTC)
    assert read("reply_qq").received_at == SENT
    assert read("no_message_id").received_at == STORED
    later = b"From: a@b.example\nDate: Tue, 01 Jan 2030 00:00:00 +0000\n\nx\n"
    assert parse(later, STORED).received_at == STORED


def test_a_broken_part_never_costs_another_part() -> None:
    names = {one.name: one for one in read("broken_part").enclosures}
    assert names["core.jpg"].content.startswith(b"\xff\xd8\xff\xe0")
    assert names["earlier.eml"].media_type == "message/rfc822"
    assert names["测量.txt"].content.startswith(b"12.01 12.03")


def test_names_of_attachments_are_read_and_are_never_paths() -> None:
    assert [one.name for one in read("chinese_attachment_names").enclosures] == ["型腔照片.png", "passwd"]


@pytest.mark.parametrize(
    ("name", "listing"),
    [("bounce", "bounce"), ("automatic_reply_zh", "automatic_reply"), ("automatic_reply_en", "automatic_reply")],
)
def test_delivery_reports_and_automatic_replies_are_told_apart(name: str, listing: str) -> None:
    assert read(name).listing == listing


def test_what_is_no_message_is_said_to_be_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("no_mail_at_all")
    with pytest.raises(Unreadable):
        parse(b"", STORED)


def test_a_message_id_is_compared_without_brackets_and_folding() -> None:
    assert key_of(b"Message-ID:\n  <1@a.example> \nFrom: a@b.example\n\n") == "1@a.example"
    assert key_of(b"nothing") == ""


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?Q?caf=C3=A9_noir?=", "café noir"),
        ("=?utf-8?B?6aG2?= =?utf-8?B?6ZKI?=", "顶针"),
        ("=?utf-8?B?6aG26Q==?=\n =?utf-8?B?kog=?=", "顶针"),
        ("plain", "plain"),
        ("=?no-such-charset?B?6aG26ZKI?=", "顶针"),
        ("=?utf-8?B?!!!?=", ""),
        ("a =?utf-8?Q?b?= c", "a b c"),
    ],
)
def test_encoded_words_are_put_together_before_they_are_decoded(field: str, text: str) -> None:
    assert text_of(field) == text


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Hello\n\nOn 1 Nov, bob wrote:\n\n> Hi\n", "Hello"),
        ("> Hi\n\nHello", "Hello"),
        ("收到，谢谢。\n-----原始邮件-----\n发件人: a\n", "收到，谢谢。"),
        ("见下。\n\n发件人: a@b.example\n日期: 2026年\n主题: x\n\n旧", "见下。"),
        ("好的\n于 2026/11/1 15:20, Service 写道:\n> 旧\n好", "好的\n好"),
        ("问题在于：\n1. 漏水\n2. 拉伤", "问题在于：\n1. 漏水\n2. 拉伤"),
        (
            "On Monday it broke.\nFrom: the gate side we see flash",
            "On Monday it broke.\nFrom: the gate side we see flash",
        ),
        ("顶针断了\n\n----------------\n王建国\n工程部 13800138000\n", "顶针断了"),
        ("尺寸:\n----------------\n" + "长" * 90, "尺寸:\n----------------\n" + "长" * 90),
        ("漏油\n发自我的华为手机", "漏油"),
        ("漏油\n-- \n王", "漏油"),
        ("", ""),
    ],
)
def test_quotations_and_signatures_are_left_out_and_nothing_else(text: str, new: str) -> None:
    assert new_text(text) == new


def test_a_mislabelled_charset_is_seen_through() -> None:
    assert decoded("顶针".encode(), "iso-8859-1") == "顶针"
    assert decoded("顶针".encode("gb18030"), "us-ascii") == "顶针"
    assert decoded("顶针".encode("gb18030"), "utf-8") == "顶针"
    assert decoded("镕".encode("gb18030"), "GB2312") == "镕"
    assert decoded(b"caf\xe9", "iso-8859-1") == "café"


def test_html_is_read_as_a_person_sees_it() -> None:
    assert text_of_html("<p>a</p>b<br>c<script>x</script><blockquote>q</blockquote>").split() == ["a", "b", "c"]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(CORPUS.glob("*.eml"))), st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=6))))
def test_no_damage_makes_the_parser_fail_in_any_other_way(path: Path, damages: list[tuple[int, bytes]]) -> None:
    raw = path.read_bytes()
    for place, change in damages:
        raw = raw[:place] + change + raw[place + 1 :]
    try:
        parsed = parse(raw, STORED)
    except Unreadable:
        return
    assert parsed.received_at <= STORED
    parsed.text.encode()
    assert "\x00" not in parsed.text + parsed.subject + parsed.sender_name
