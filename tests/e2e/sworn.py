"""A door that holds every answer to what is promised of answers, and remembers what was told."""

import json
import random
from collections import Counter, deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
from msgspec import Struct
from msgspec.structs import replace

from services.console.routes import COLLECTIONS, kebab
from shared.events.vocabulary import CaseState
from tests.e2e.accounts import Entry
from tests.e2e.choosing import Choice
from tests.e2e.speaking import API, Speaker
from tests.e2e.spoiling import Spoil, as_it_is
from tests.e2e.walking import real
from tests.support.desk import COMMANDS
from tests.support.samples import NOON

CODES = frozenset(
    {
        *("V-REQ", "V-ENUM", "V-FMT", "V-RANGE", "V-TIME", "V-REF", "V-DUP", "V-FILE", "V-KEY"),
        *("S-STATE", "S-GUARD", "C-VER", "A-ROLE", "A-SELF", "H-404"),
    }
)
"""What a refusal may say to programs that are signed in and send JSON."""
LATE = timedelta(hours=23)
"""What is entered later than this says why."""


class Told(Struct, frozen=True):
    """Where an accepted command stands, as its sender was told."""

    id: str
    type: str
    version: int
    sequence: int


class Sent(Struct, frozen=True):
    """What was accepted, as it was sent."""

    user: str
    path: str
    key: str
    body: dict[str, Any]


class Sworn:
    """Sends commands as people; all keys come from one chance.

    `told` is by key, `codes` counts refusals, `repeated` answers that were given once more.
    """

    def __init__(self, chance: random.Random, speakers: Mapping[str, Speaker], files: Mapping[str, str]) -> None:
        self.told: dict[str, Told] = {}
        self.codes: Counter[str] = Counter()
        self.repeated = 0
        self.story: deque[str] = deque(maxlen=40)
        self._last: Sent | None = None
        self._chance = chance
        self._speakers = speakers
        self._files = files

    async def send(
        self, choice: Choice, name: str | None, body: dict[str, Any], at: datetime | None, spoil: Spoil = as_it_is
    ) -> Told | None:
        """What was told of an accepted command, None of a refused one. Raises: AssertionError for any other answer."""
        body = real(body, lambda hours: NOON + timedelta(hours=hours), self._files)
        if at is not None:
            is_late = datetime.now(UTC) - at > LATE
            body = {**body, "at": at.isoformat(), **({"late_reason": "事后补录"} if is_late else {})}
        collection = COLLECTIONS[COMMANDS[choice.command].kind]
        path = f"/{collection}" if name is None else f"/{collection}/{name}/{kebab(choice.command)}"
        key = str(UUID(int=self._chance.getrandbits(128)))
        sent = Sent(choice.user, path, key, spoil(body, self._chance))
        answer = await self._post(sent)
        if answer.status_code != 201:
            self._refused(answer)
            return None
        said, command = answer.json(), COMMANDS[choice.command]
        assert said["event"]["type"] == command.event.__name__, said
        assert command.kind != "case" or said["state"] in tuple(CaseState), said
        self._last, self.told[key] = sent, _told(answer)
        return self.told[key]

    async def repeat(self, changes: Mapping[str, Any]) -> None:
        """Send what was accepted last with its key again: the same is answered; another body is refused."""
        if self._last is None:
            return
        answer = await self._post(replace(self._last, body={**self._last.body, **changes}))
        if changes:
            self._refused(answer)
            assert answer.json()["code"] == "V-KEY", answer.text
        else:
            assert answer.status_code == 200, answer.text
            assert _told(answer) == self.told[self._last.key]
            self.repeated += 1

    async def _post(self, sent: Sent) -> httpx2.Response:
        self.story.append(f"{sent.user} {sent.path} {json.dumps(sent.body, ensure_ascii=False)[:2_000]}")
        headers = {"Content-Type": "application/json", "Idempotency-Key": sent.key}
        client = self._speakers[sent.user].client
        answer = await client.post(API + sent.path, content=json.dumps(sent.body), headers=headers)
        self.story[-1] += f" -> {answer.status_code}"
        return answer

    def _refused(self, answer: httpx2.Response) -> None:
        assert answer.status_code in (403, 404, 409, 422), (answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert {said["code"], *(one["code"] for one in said["errors"])} <= CODES, said
        assert all(" / " in one["message"] for one in said["errors"]), said
        self.story[-1] += f" {said['code']} {said['detail']}"
        self.codes[said["code"]] += 1

    def is_kept(self, entries: list[Entry]) -> None:
        """Each accepted command stands in the log once, where its sender was told. Raises: AssertionError."""
        stored = {entry.meta["command_id"]: entry for entry in entries}
        assert len(stored) == len(entries), "a command stands twice"
        for key, told in self.told.items():
            entry = stored[key]
            found = Told(entry.aggregate, entry.meta["type"], entry.version, entry.sequence)
            assert found == told, (found, told)


def _told(answer: httpx2.Response) -> Told:
    said = answer.json()
    return Told(said["id"], said["event"]["type"], said["version"], said["sequence"])
