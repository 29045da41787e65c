"""What is sent: reports as a desk writes them, of as many customers' persons as a firm knows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.support import samples

CONTACTS = 500


def ago(**by: float) -> str:
    """An instant before now, as JSON carries it."""
    return (datetime.now(UTC) - timedelta(**by)).isoformat()


def phone(number: int) -> str:
    """The number of one of the contacts."""
    return f"+86 139 {number % CONTACTS:08d}"


def report(number: int) -> bytes:
    """A report of a problem."""
    changes: dict[str, Any] = {
        "received_at": ago(minutes=3),
        "fault_at": ago(hours=2),
        "contact_phone": phone(number),
        "problem_description": f"合模后分型面出现飞边，无法生产，第 {number} 次报修，客户要求今天到场。",
    }
    return msgspec.json.encode(samples.report(**changes))


def acknowledgement() -> bytes:
    """A first response."""
    next_contact = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    return msgspec.json.encode(samples.acknowledgement(ack_at=ago(minutes=1), next_contact_at=next_contact))
