"""A message as a report: what it says, and everything else stated as unknown. Pure."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from services.intake.mail.parse import Parsed
from shared.events.vocabulary import CaseKind, Channel
from shared.texts.catalogue import sentence

INFO_DUE = timedelta(days=1)
LEAST, MOST = 5, 5000
"""Characters of a description; a shorter text is none, a longer one goes on in the raw message."""
_NAMESPACE = uuid5(NAMESPACE_URL, "https://moldcare/mail")
_NEVER_IN_MAIL = (
    "mould_no",
    "mould_model",
    "mould_spec",
    "mould_kind",
    "order_no",
    "scope",
    "fault_at",
    "production_status",
    "claimed_urgency",
    "safety_risk",
)
_MAY_BE_UNKNOWN = frozenset({"customer_name", "contact_name", "contact_email", "problem_description"})
_MAY_BE_ABSENT = frozenset({"channel_address", "message_subject", "customer_id", "attachments"})


class Sender(Struct, frozen=True):
    """Which customers know this address: id and name of each."""

    customers: tuple[tuple[str, str], ...] = ()


class Kept(Struct, frozen=True):
    """An attachment of the message in the file store."""

    file_ref: str
    name: str


def command_id_of(message_id: str, sha256: str) -> str:
    """The id of the one command that a message makes: from its Message-ID, else from its bytes."""
    return str(uuid5(_NAMESPACE, f"id:{message_id}" if message_id else f"sha256:{sha256}"))


def unknown(reason: str, more: str = "") -> dict[str, Any]:
    """A stated unknown with its reason in both languages."""
    text = sentence("mail", reason).both
    return {"unknown": True, "reason": f"{text}: {more}"[:500] if more else text}


def report_of(message: Parsed, sequence: int, sender: Sender, files: tuple[Kept, ...]) -> dict[str, Any]:
    """The body of RegisterFeedback for the message at this position of INTAKE."""
    optional = {"channel_address": message.mailbox, "message_subject": message.subject}
    return {
        "case_kind": CaseKind.SERVICE.value,
        "channel": Channel.EMAIL.value,
        "received_at": _text(message.received_at),
        "raw_content_ref": f"raw:{sequence}",
        **{name: value for name, value in optional.items() if value},
        **_customer(sender),
        "contact_name": message.sender_name or unknown("no_name" if message.sender_address else "sender_unknown"),
        "contact_email": message.sender_address or unknown("sender_unknown"),
        "problem_description": _description(message),
        **{name: unknown("not_in_message") for name in _NEVER_IN_MAIL},
        "attachments": [{"file_ref": file.file_ref, "name": file.name} for file in files],
        "info_due_at": _text(message.received_at + INFO_DUE),
    }


def _text(instant: datetime) -> str:
    return instant.isoformat()


def _customer(sender: Sender) -> dict[str, Any]:
    if len(sender.customers) == 1:
        customer_id, name = sender.customers[0]
        return {"customer_id": customer_id, "customer_name": name}
    return {"customer_name": unknown("customer_not_clear" if sender.customers else "customer_not_found")}


def _description(message: Parsed) -> Any:
    if len(message.text) < LEAST:
        return unknown("no_text", message.text or message.subject)
    return message.text if len(message.text) <= MOST else f"{message.text[: MOST - 1]}…"


def without(body: dict[str, Any], fields: set[str]) -> dict[str, Any] | None:
    """The body with these refused fields left out or stated as unknown; None when it cannot do without one."""
    tops = {field.partition(".")[0].partition("[")[0] for field in fields}
    if not tops or not tops <= _MAY_BE_UNKNOWN | _MAY_BE_ABSENT:
        return None
    if "customer_id" in tops:
        tops.add("customer_name")
    kept = {name: value for name, value in body.items() if name not in tops}
    return kept | {name: unknown("not_in_message") for name in tops & _MAY_BE_UNKNOWN}
