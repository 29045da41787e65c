"""The new text of a message: without what it quotes and without the signature, as far as lines show it.

Mail programs mark quotations by `>`, by a line that says who wrote when, by a row of dashes with a title, or by
a block of header fields; Chinese programs do the same in their own words.
"""

import re

_TITLE = re.compile(
    r"^[\s>*_]*[-–—_=]{2,}\s*(original (message|appointment)|forwarded (message|by)|replied message|"
    r"原始邮件|邮件原件|原邮件|原始信件|回复的原邮件|转发的?邮件(信息)?|转发的原邮件|回复邮件|已转发邮件|原始郵件|轉寄郵件)"
    r".{0,40}$",
    re.IGNORECASE,
)
_BEGIN_FORWARD = re.compile(r"^\s*(begin forwarded message|以下是转发的邮件|开始转发邮件)\s*[:：]\s*$", re.IGNORECASE)
_WROTE = re.compile(
    r"^\s*(on\b.{4,300}\bwrote|在\s?.{2,300}(写道|寫道|写到|写)|于\s?.{2,300}(写道|寫道)|.{1,300}(于|於)\s?\d{4}.{2,200}(写道|寫道)|"
    r"\d{4}[-/年.].{4,250}(写道|寫道|写到)|.{0,200}@.{1,200}(写道|寫道|写到)|"
    r"le\b.{4,300}\ba écrit|am\b.{4,300}\bschrieb\b.{0,200}|el\b.{4,300}\bescribió|.{4,300}написал)\s*[:：]\s*$",
    re.IGNORECASE | re.DOTALL,
)
_BEGINS_WROTE = re.compile(r"^\s*(on\b|在|于|le\b|am\b|el\b|\d{1,4}[-/年.]|.{0,80}(于|於)\s?\d{4})", re.IGNORECASE)
_FROM = re.compile(r"^[\s*]*(from|发件人|寄件者|发送人|von|de)[\s*]*[:：]", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"^[\s*]*(sent|date|to|cc|subject|reply-to|发送时间|发送日期|日期|时间|收件人|抄送|主题|主旨|寄件日期|收件者|gesendet|betreff|an"
    r"|envoyé|objet|à)[\s*]*[:：]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s{0,3}(>|＞)")
_ATTRIBUTION = re.compile(r"[0-9@].{0,200}[:：]\s*$", re.DOTALL)
_SIGNATURE = re.compile(r"^(-- ?|——|--\s*\xa0?)$")
_DASHES = re.compile(r"^\s*[-–—_=*]{8,}\s*$")
_SENT_WITH = re.compile(
    r"^\s*(sent (from|with|via) (my )?\S.{0,60}|get outlook for \S.{0,40}|发自我的.{0,30}|发送自.{0,30}|来自我的.{0,30}"
    r"|从我的.{0,20}(发送|发出)|获取\s?outlook.{0,40}|本邮件(由|来自).{0,40}(发送|客户端))\s*$",
    re.IGNORECASE,
)
_ONLY_ADDRESS = re.compile(r"^\s*<?[^\s@<>]{1,64}@[^\s@<>]{1,200}\.[a-z]{2,24}>?\s*$", re.IGNORECASE)
"""Foxmail signs with the sender's address alone."""
_SIGNATURE_LINES = 10


def new_text(text: str) -> str:
    """What the sender wrote now; empty when everything is quoted."""
    lines = text.split("\n")
    lines = _without_quotations(lines[: _cut(lines)])
    return _collapsed(_without_signature(lines))


def _cut(lines: list[str]) -> int:
    """The first line below which everything is an older message."""
    for index, line in enumerate(lines):
        if _TITLE.match(line) or _BEGIN_FORWARD.match(line):
            return index
        if _FROM.match(line) and _is_header_block(lines, index):
            return index - 1 if index and _DASHES.match(lines[index - 1]) else index
        if (height := _attribution(lines, index)) and not _is_quoted_below(lines, index + height):
            return index
    return len(lines)


def _is_header_block(lines: list[str], index: int) -> bool:
    following = [line for line in lines[index + 1 : index + 8] if line.strip()][:3]
    return any(_OTHER_FIELD.match(line) for line in following)


def _attribution(lines: list[str], index: int) -> int:
    """How many lines from here say who wrote when; 0 for none. Programs wrap this line at will."""
    if not lines[index].rstrip().endswith((":", "：")) and not _BEGINS_WROTE.match(lines[index]):
        return 0
    joined = ""
    for height, line in enumerate(lines[index : index + 3], 1):
        if not line.strip():
            return 0
        joined = f"{joined} {line}"
        if joined.rstrip().endswith((":", "：")) and _WROTE.match(joined):
            return height
    return 0


def _is_quoted_below(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index:] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _without_quotations(lines: list[str]) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(lines):
        height = _attribution(lines, index)
        if height and _is_quoted_below(lines, index + height):
            index += height
        elif _QUOTED.match(lines[index]) or _is_attributing(lines, index):
            index += 1
        else:
            kept.append(lines[index])
            index += 1
    return kept


def _is_attributing(lines: list[str], index: int) -> bool:
    """A line in any language that names a date or an address, right above quoted text."""
    return bool(_ATTRIBUTION.search(lines[index])) and _is_quoted_next(lines, index + 1)


def _is_quoted_next(lines: list[str], index: int) -> bool:
    """Quoted text right below, with one empty line between at most."""
    return any(_QUOTED.match(line) for line in lines[index : index + 2]) and not (
        index < len(lines) and lines[index].strip() and not _QUOTED.match(lines[index])
    )


def _without_signature(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        if _SIGNATURE.match(line.rstrip("\r")):
            lines = lines[:index]
            break
    lines = [line for line in lines if not _SENT_WITH.match(line)]
    while lines and (not lines[-1].strip() or _ONLY_ADDRESS.match(lines[-1])):
        lines = lines[:-1]
    for index in range(len(lines) - 1, -1, -1):
        below = [line for line in lines[index + 1 :] if line.strip()]
        if len(below) > _SIGNATURE_LINES or any(len(line) > 80 for line in below):
            break
        if _DASHES.match(lines[index]) and any(line.strip() for line in lines[:index]):
            return lines[:index]
    return lines


def _collapsed(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip()
    return re.sub(r"\n{3,}", "\n\n", text)
