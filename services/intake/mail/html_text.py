"""The text of an HTML body: line breaks where a reader sees them, quotations left out."""

from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "p",
        "div",
        "br",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "hr",
        "section",
        "article",
    }
)
_SILENT = frozenset({"style", "script", "head", "title", "template"})
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
)
_QUOTING = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "isReplyContent")
_LAST = "divRplyFwdMsg"
"""Outlook on the web: what follows this mark is the older message, to the end."""


class _Reader(HTMLParser):
    """Collects text; `_hidden` counts the open elements inside something left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden: list[str] = []
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        marks = " ".join(value or "" for name, value in attrs if name in {"class", "id", "name"})
        self._is_over = self._is_over or _LAST in marks
        is_quotation = _quotes(tag, dict(attrs)) or any(mark in marks for mark in _QUOTING)
        if (tag in _SILENT or is_quotation) and tag not in _VOID:
            self._hidden.append(tag)
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden and self._hidden.pop() != tag:
                    pass
            return
        if tag in _BLOCKS - {"br"}:
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._is_over:
            self.pieces.append(data if data.strip() else " ")


def _quotes(tag: str, attributes: dict[str, str | None]) -> bool:
    """A block quotation; without a border and a kind it only indents what the writer says."""
    if tag != "blockquote":
        return False
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return attributes.get("type") == "cite" or not ("border:none" in style or "border:0" in style)


def text_of_html(html: str) -> str:
    """The visible text without quoted messages."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = ("".join(reader.pieces)).replace("\xa0", " ").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)
