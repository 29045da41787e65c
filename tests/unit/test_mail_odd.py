"""Messages that are put together oddly or are broken: what can be read of them is read, and nothing of them is lost."""

import base64
from datetime import UTC, datetime
from email.header import Header
from email.message import Message

import pytest

from services.intake.mail.html_text import text_of_html
from services.intake.mail.parse import Parsed, is_same, key_of, parse
from services.intake.mail.part import content_of
from services.intake.mail.quotation import new_text

STORED = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
HEAD = b"From: Wu <wu@plant.example>\nSubject: Mould\nMessage-ID: <odd@plant.example>\nMIME-Version: 1.0\n"


def read(rest: bytes, head: bytes = HEAD) -> Parsed:
    return parse(head + rest, STORED)


def names(message: Parsed) -> list[tuple[str, str]]:
    return [(one.name, one.media_type) for one in message.enclosures]


def test_text_and_files_are_found_however_deep_parts_are_nested() -> None:
    message = read(
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n'
        b'Content-Type: multipart/related; boundary="b"\n\n--b\n'
        b'Content-Type: multipart/alternative; boundary="c"\n\n'
        b"--c\nContent-Type: text/plain; charset=utf-8\n\nThe gate is torn.\n"
        b"--c\nContent-Type: text/html; charset=utf-8\n\n<p>The gate is <b>torn</b>.</p>\n--c--\n"
        b"--b\nContent-Type: image/png; name=inline.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n"
        b"--b--\n--a\nContent-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename=sheet.pdf\n\n%PDF-1\n--a--\n"
    )
    assert message.text == "The gate is torn."
    assert names(message) == [("inline.png", "image/png"), ("sheet.pdf", "application/pdf")]


def test_file_names_in_pieces_and_in_gb2312_are_put_together() -> None:
    message = read(
        b'Content-Type: multipart/mixed; boundary="a"\n\n'
        b"--a\nContent-Type: application/octet-stream\nContent-Disposition: attachment;\n"
        b" filename*0*=utf-8''%E6%A8%A1%E5%85%B7;\n filename*1*=%E5%9B%BE%E7%BA%B8;\n filename*2=\".dwg\"\n\nx\n"
        b"--a\nContent-Type: application/octet-stream\n"
        b"Content-Disposition: attachment; filename*=gb2312''%D6%EC%E9F.txt\n\ny\n"
        b'--a\nContent-Type: application/octet-stream; name="' + "尺寸.xls".encode("gb18030") + b'"\n\nz\n--a--\n'
    )
    assert [one.name for one in message.enclosures] == ["模具图纸.dwg", "朱镕.txt", "尺寸.xls"]


def test_an_attached_message_is_a_file_and_its_text_is_not_the_sender_s() -> None:
    message = read(
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n\nSee the old mail.\n'
        b"--a\nContent-Type: message/rfc822\n\n"
        b"From: old@plant.example\nSubject: Old trouble\n\nIt was worse before.\n--a--\n"
    )
    assert message.text == "See the old mail."
    assert names(message) == [("Old trouble.eml", "message/rfc822")]
    assert b"It was worse before." in message.enclosures[0].content


def test_a_signed_message_is_read_and_an_encrypted_one_is_kept() -> None:
    signed = read(
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="a"\n\n'
        b"--a\nContent-Type: text/plain\n\nSigned words.\n"
        b"--a\nContent-Type: application/pkcs7-signature; name=smime.p7s\n"
        b"Content-Transfer-Encoding: base64\n\nMIAG\n--a--\n"
    )
    assert (signed.text, names(signed)) == ("Signed words.", [("smime.p7s", "application/pkcs7-signature")])
    sealed = read(
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3\n"
    )
    assert (sealed.text, names(sealed)) == ("", [("smime.p7m", "application/pkcs7-mime")])


def test_a_winmail_dat_is_kept_beside_the_text() -> None:
    message = read(
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: text/plain\n\nSee the drawing.\n'
        b"--a\nContent-Type: application/ms-tnef; name=winmail.dat\n"
        b"Content-Transfer-Encoding: base64\n\neJ8+Ig==\n--a--\n"
    )
    assert (message.text, names(message)) == ("See the drawing.", [("winmail.dat", "application/ms-tnef")])
    assert message.enclosures[0].content == b"\x78\x9f\x3e\x22"


@pytest.mark.parametrize(
    ("label", "codec"),
    [("gb2312", "gb18030"), ("us-ascii", "gb18030"), ("iso-8859-1", "utf-8"), ("utf-8", "gb18030"), ("big5", "big5")],
)
def test_text_is_read_whatever_charset_it_is_labelled_with(label: str, codec: str) -> None:
    words = "頂針斷了" if codec == "big5" else "朱镕喆：顶针断了"
    body = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert read(body + words.encode(codec)).text == words


def test_base64_that_breaks_in_the_middle_gives_what_stands_before_the_break() -> None:
    whole = base64.encodebytes("热流道第三点不出料，请尽快处理。".encode())
    broken = whole[:30] + b"\n***\n" + whole[30:41] + b"\n"
    message = read(b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + broken)
    assert message.text.startswith("热流道第三点")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_fields_with_bare_bytes_are_read(codec: str) -> None:
    head = "From: 朱工 <zhu@plant.example>\nSubject: 顶针断裂\nMessage-ID: <8bit@x.example>\n".encode(codec)
    message = read(b"\nx", head)
    assert (message.sender_name, message.sender_address, message.subject) == ("朱工", "zhu@plant.example", "顶针断裂")


def test_words_of_a_field_that_split_a_character_are_put_together() -> None:
    subject = Header("模具漏水，密封圈已经更换两次，仍然没有解决，请安排技术人员", "gb18030", maxlinelen=40).encode()
    message = read(b"\nx", f"From: a@b.example\nSubject: {subject}\n".replace("gb18030", "gb2312").encode())
    assert message.subject == "模具漏水，密封圈已经更换两次，仍然没有解决，请安排技术人员"


def test_a_charset_that_cannot_even_be_named_is_guessed() -> None:
    message = read(b"Content-Type: text/plain; charset*=us-ascii\x00''x\n\n\xe9\xa1\xb6\xe9\x92\x88\n")
    assert message.text == "顶针"


def test_a_part_that_makes_the_library_fail_costs_no_other_part(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(part: Message) -> bytes:
        if part.get_content_type() == "text/plain":
            raise ValueError
        return content_of(part)

    monkeypatch.setattr("services.intake.mail.part.content_of", failing)
    message = read(
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: multipart/alternative; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nCannot be read.\n"
        b"--b\nContent-Type: text/html\n\n<p>The core is bent.</p>\n--b--\n"
        b"--a\nContent-Type: image/png; name=core.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n--a--\n"
    )
    assert (message.text, message.faults) == ("The core is bent.", 1)
    assert [one.content for one in message.enclosures] == [b"Cannot be read.", b"\x89PNG"]


def test_a_field_that_cannot_be_read_costs_no_other_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Message, name: str) -> list[tuple[str, str]]:
        if name == "From":
            raise IndexError
        return []

    monkeypatch.setattr("services.intake.mail.parse.addresses", broken)
    message = read(b"\nThe slider is stuck.")
    assert (message.subject, message.sender_address) == ("Mould", "")
    assert message.text == "The slider is stuck."
    assert message.faults == 1


THREE_LEVELS_EN = """\
Third answer.

On Tue, Nov 3, 2026 at 9:00 AM Service <service@mould.example> wrote:

> Second answer.
>
> On Mon, Nov 2, 2026 at 9:00 AM Wu <wu@plant.example> wrote:
>
> > First words.
> >
> > > Oldest words.
"""
THREE_LEVELS_ZH = """\
第三次回复。

------------------ 原始邮件 ------------------
发件人: "服务部" <service@mould.example>;
发送时间: 2026年11月3日(星期二) 上午9:00
收件人: "吴工"<wu@plant.example>;
主题: 回复：模具

第二次回复。

------------------ 原始邮件 ------------------
发件人: "吴工" <wu@plant.example>;
发送时间: 2026年11月2日(星期一) 上午9:00

最初的来信。
"""
THREE_LEVELS_163 = """\
还是不行。





在 2026-11-03 09:00:00，"服务部" <service@mould.example> 写道：
请再试一次。
在 2026-11-02 09:00:00，"吴工" <wu@plant.example> 写道：
漏水。
"""
OUTLOOK_ZH = """\
今天又断了一根。

________________________________
发件人: 服务部 <service@mould.example>
发送时间: 2026年11月3日 9:00
收件人: 吴工
主题: 答复: 模具

已安排。

发件人: 吴工
发送时间: 2026年11月2日 9:00
主题: 模具

断了。
"""


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (THREE_LEVELS_EN, "Third answer."),
        (THREE_LEVELS_ZH, "第三次回复。"),
        (THREE_LEVELS_163, "还是不行。"),
        (OUTLOOK_ZH, "今天又断了一根。"),
        ("\n> only\n>> what\n>>> was said\n", ""),
    ],
)
def test_of_three_levels_of_quotation_none_is_new(text: str, new: str) -> None:
    assert new_text(text) == new


@pytest.mark.parametrize(
    "quoted",
    [
        '<blockquote type="cite">old</blockquote>',
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Wu wrote:</div><blockquote>old</blockquote></div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Service<br>'
        "<b>Sent:</b> Monday<br><b>To:</b> Wu<br><b>Subject:</b> Mould</p></div><p>old</p>",
        '<div style="border:none;border-top:solid #B5C4DF 1.0pt"><p><b>发件人:</b> 服务部<br><b>发送时间:</b> 周一<br>'
        "<b>主题:</b> 模具</p></div><p>old</p>",
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> S<br><b>Sent:</b> M</div><div>old</div>',
        '<div class="moz-cite-prefix">On Monday Wu wrote:</div><blockquote type="cite">old</blockquote>',
        "<div><br></div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>old</div>",
        '<blockquote style="margin:0 0 0 .8ex">1<blockquote>2<blockquote>3</blockquote></blockquote></blockquote>',
    ],
)
def test_quotations_of_an_html_body_are_left_out(quoted: str) -> None:
    body = f"Content-Type: text/html; charset=utf-8\n\n<html><body><p>Burn marks at the gate.</p>{quoted}</body></html>"
    assert read(body.encode()).text == "Burn marks at the gate."


def test_text_that_is_merely_indented_is_no_quotation() -> None:
    html = 'Sizes:<blockquote style="margin:0 0 0 40px;border:none;padding:0px">12.01</blockquote>'
    assert text_of_html(html).split() == ["Sizes:", "12.01"]


@pytest.mark.parametrize(
    "body", [b"", b"\n", b"\n \n\t\n", b"Content-Type: text/html\n\n<p>&nbsp;</p><br>", b"\n> old\n"]
)
def test_a_message_without_words_of_its_own_has_none(body: bytes) -> None:
    assert read(body).text == ""


def test_a_message_is_the_same_whatever_way_and_with_whatever_line_ends_it_came() -> None:
    one = HEAD + b"To: service@mould.example\n\nThe same words.\n"
    assert is_same(one, one.replace(b"\n", b"\r\n"))
    assert is_same(one, b"Received: from x; Mon, 02 Nov 2026 01:00:00 +0000\nDelivered-To: sales@mould.example\n" + one)
    assert not is_same(one, one.replace(b"same", b"other"))
    assert key_of(one) == key_of(one.replace(b"\n", b"\r\n")) == "odd@plant.example"


def test_the_id_is_found_without_reading_what_follows_the_fields() -> None:
    assert key_of(HEAD + b"\nMessage-ID: <another@plant.example>\n") == "odd@plant.example"
    assert key_of(b"From: a@b.example\r\n\r\nMessage-ID: <x@y.example>\r\n") == ""
