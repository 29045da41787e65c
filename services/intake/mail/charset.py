"""Bytes of a message as text, whatever it says of itself."""

import codecs
import re

_CHINESE = re.compile(r"^(gb_?2312(-?80)?|gbk|cp936|ms936|windows-936|euc-?cn|x-gbk|hz-gb-2312x?)$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_NO_ANSWER = {"", "unknown-8bit", "unknown", "x-unknown", "default", "default_charset", "us-ascii", "ascii", "ansi"}


def decoded(raw: bytes, charset: str | None) -> str:
    """The text; gb2312 and gbk are read as gb18030, which holds them; what cannot be read becomes U+FFFD."""
    name = (charset or "").strip(" \t\"'").lower()
    name = "gb18030" if _CHINESE.match(name) else name
    for codec in _candidates(raw, name):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030" if name == "gb18030" else "utf-8", "replace")


def _candidates(raw: bytes, name: str) -> tuple[str, ...]:
    if name in _NO_ANSWER or not _is_known(name):
        return ("utf-8", "gb18030", "cp1252", "latin-1")
    if name in {"iso-8859-1", "latin-1", "latin1", "windows-1252"}:
        # Programs that cannot name their charset write this one; UTF-8 with high bytes is hardly ever a coincidence.
        return ("utf-8", "cp1252", "latin-1")
    if name in {"utf-8", "utf8"}:
        return ("utf-8", "gb18030")
    return (name,)


def _is_known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def cleaned(text: str) -> str:
    """Without the characters that no event may hold; line ends are `\\n`, no-break spaces are spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    return _CONTROL.sub("", text)


def one_line(text: str, limit: int) -> str:
    """The same in one line of at most `limit` characters."""
    return " ".join(cleaned(text).split())[:limit].strip()
