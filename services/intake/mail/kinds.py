"""Which messages no person wrote to us: delivery reports and automatic replies. A person decides about them."""

import re
from email.message import Message
from typing import Literal

from services.intake.mail.headers import addresses, raw_field, text_of

Listing = Literal["bounce", "automatic_reply", "other_content", "reply"]

_MACHINES = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|maildelivery)@", re.IGNORECASE)
_REPORT_SUBJECT = re.compile(
    r"undeliver|delivery (status )?notification|delivery (has )?failed|failure notice|returned mail|mail delivery"
    r"|退信|投递失败|无法投递|系统退信|未送达",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(auto(matic)?[ -]?(reply|response|responder)\b|out of (the )?office|autoreply"
    r"|自动回复|自動回覆|自动答复|休假自动)",
    re.IGNORECASE,
)
_AUTOMATIC_FIELDS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Auto-Response-From")


def listing_of(message: Message) -> Listing | None:
    """Why a message is listed instead of registered; None for a message by a person."""
    if _is_bounce(message):
        return "bounce"
    return "automatic_reply" if _is_automatic(message) else None


def _is_bounce(message: Message) -> bool:
    kind, report = message.get_content_type(), str(message.get_param("report-type", "") or "").lower()
    if kind == "multipart/report" and report in {"", "delivery-status"}:
        return True
    if any(part.get_content_type() == "message/delivery-status" for part in message.walk()):
        return True
    sender = next((address for _, address in addresses(message, "From")), "")
    subject = text_of(raw_field(message, "Subject"))
    returned = raw_field(message, "Return-Path").strip()
    return bool(_REPORT_SUBJECT.search(subject)) and (bool(_MACHINES.match(sender)) or returned == "<>")


def _is_automatic(message: Message) -> bool:
    submitted = raw_field(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if any(raw_field(message, name) for name in _AUTOMATIC_FIELDS):
        return True
    if raw_field(message, "Precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return True
    if message.get_content_type() == "multipart/report" or raw_field(message, "Return-Path").strip() == "<>":
        return True
    return bool(_AUTOMATIC_SUBJECT.match(text_of(raw_field(message, "Subject"))))
