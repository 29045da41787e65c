"""The media type of a file from its first bytes. What is declared only chooses among kinds of plain text."""

import re

import filetype  # type: ignore[import-untyped]

HEAD = 8192
"""How many bytes of the beginning the answer rests on."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TEXTS = {"text/csv": ".csv", "application/json": ".json", "message/rfc822": ".eml"}
_SIGNS = (
    (b"ISO-10303-21", "model/step"),
    (b"AC10", "image/vnd.dwg"),
    (b"%!PS", "application/postscript"),
)


def media_type(head: bytes, name: str = "", declared: str = "") -> str:
    """For example `image/jpeg`; `text/plain` for text, `application/octet-stream` for what nobody knows."""
    for sign, media in _SIGNS:
        if head.startswith(sign):
            return media
    if (known := filetype.guess_mime(head[:HEAD])) is not None:
        return str(known)
    if not head or not _is_text(head[:HEAD]):
        return "application/octet-stream"
    declared = declared.partition(";")[0].strip().lower()
    for media, ending in _TEXTS.items():
        if declared == media or name.lower().endswith(ending):
            return media
    return "text/plain"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if _CONTROL.search(head):
        return False
    for charset in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(charset)
            except UnicodeDecodeError:
                continue
            return True
    return False
