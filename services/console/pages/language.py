"""Which language a page speaks, and its words: names of codes, times and spans as people read them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from shared.texts.catalogue import Sentence, catalogue

COOKIE = "moldcare_language"
LANGUAGES = ("zh", "en")
ZONE = ZoneInfo("Asia/Shanghai")


def language_of(request: Request[Any, Any, Any]) -> str:
    """The language chosen before, else the browser's, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = [
        part.partition(";")[0].strip().lower()[:2] for part in request.headers.get("accept-language", "").split(",")
    ]
    return next((language for language in wanted if language in LANGUAGES), "zh")


class Words:
    """The words of one language for templates."""

    def __init__(self, language: str) -> None:
        self.language = language

    def _pick(self, words: Sentence) -> str:
        return words.zh if self.language == "zh" else words.en

    def __call__(self, key: str, **values: Any) -> str:
        """A sentence of the pages."""
        return self._pick(catalogue("pages")[key].filled(values))

    def of(self, sentence: Sentence) -> str:
        """A sentence that came with what is shown."""
        return self._pick(sentence)

    def named(self, group: str, value: Any) -> str:
        """The name of a code, for example (`CaseState`, `RECEIVED`); a code without a name stands for itself."""
        words = catalogue("words").get(f"{group}.{value}")
        return self._pick(words) if words is not None else str(value)

    def field(self, owner: str, name: str) -> str:
        """The name of a field, as the struct it stands in means it."""
        special = catalogue("words").get(f"field.{owner}.{name}")
        return self._pick(special) if special is not None else self.named("field", name)

    def plain(self, value: Any) -> str:
        """A text as it was written, or that it is sealed."""
        return self("sealed") if isinstance(value, str) and value.startswith("sealed:") else str(value)

    def one(self, both: str) -> str:
        """This language's half of a sentence that is told in both."""
        zh, _, en = both.partition(" / ")
        return both if not en or " / " in en else (zh if self.language == "zh" else en)

    def instant(self, value: datetime | str | None) -> str:
        """A time in Shanghai, to the minute."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if value is not None else "—"

    def span(self, value: timedelta) -> str:
        """A span in its largest two units."""
        minutes = int(abs(value).total_seconds() // 60)
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        parts = [("days", days), ("hours", hours), ("some_minutes", rest)]
        first = next((index for index, (_, number) in enumerate(parts) if number), 2)
        shown = [self(key, n=number) for key, number in parts[first : first + 2] if number or first == 2]
        return " ".join(shown)
