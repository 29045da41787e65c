"""What a mail server's answer is called in our records: its numbers, never its words. Pure."""

import re

from aiosmtplib import SMTPResponseException

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def code_of(error: Exception) -> str:
    """The name of an answer or of a failure, for example SMTP-550-5.1.1."""
    if not isinstance(error, SMTPResponseException):
        return type(error).__name__.upper()[:40]
    detail = _ENHANCED.search(error.message)
    return f"SMTP-{error.code}-{detail[1]}" if detail is not None else f"SMTP-{error.code}"


def returned(status: str) -> str:
    """The name of a delivery report with this status, for example RETURNED-5.1.1."""
    detail = _ENHANCED.search(status)
    return f"RETURNED-{detail[1]}" if detail is not None else "RETURNED"
