"""Takes a walk through a running deployment by one of its doors, and compares every answer with what was planned."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx2
from msgspec.structs import replace

from tests.e2e.running import moldcare
from tests.e2e.speaking import Speaker
from tests.e2e.walks import FILES, TOO_EARLY, Refusal, Step
from tests.support.samples import NOON
from tests.waiting import until

SPAN, HOURS, LATE = timedelta(minutes=45), 36.0, timedelta(hours=24)
"""The real time that the hours of a walk take, up to now: no clock runs out on the way. What is recorded later than
`LATE` says why."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*[+Z][\d:]*")
LATE_REASON = "补录"
_BY_TIME = frozenset({"SlaBreached", "Escalated"})
Told = tuple[int, dict[str, Any]]


class Door(Protocol):
    """One way to send commands."""

    async def send(self, command: str, case_id: str | None, body: dict[str, Any], by: str) -> Told:
        """Status and body of the answer."""
        ...


class HttpDoor:
    """The API, with a signed-in program for each person."""

    def __init__(self, speakers: Mapping[str, Speaker]) -> None:
        self._speakers = speakers

    async def send(self, command: str, case_id: str | None, body: dict[str, Any], by: str) -> Told:
        """As the port says."""
        path = "/cases" if case_id is None else f"/cases/{case_id}/{_kebab(command)}"
        answer = await self._speakers[by].send(path, json.dumps(body))
        return answer.status_code, answer.json()


class LineDoor:
    """`moldcare send`."""

    def __init__(self, data: Path) -> None:
        self._data = data

    async def send(self, command: str, case_id: str | None, body: dict[str, Any], by: str) -> Told:
        """As the port says."""
        to = () if case_id is None else ("--id", case_id)
        ran = await moldcare(
            self._data, "send", command, *to, "--data", "-", "--as", by, "--json", given=json.dumps(body)
        )
        assert ran.code == (0 if "event" in ran.told else 1), ran
        return ran.told.get("status", 201), ran.told


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Walker:
    """Sends the steps of a walk; `speaker` reads what became of the case.

    The walk takes `hours` of its own, which stand for a `span` of real time up to now; where that lets clocks run
    out, breaches happen on the way and are no part of the walk. `names` are what bodies say for what is known only
    when the walk is taken: files, and the last event of a type as `<Type>`.
    """

    def __init__(
        self,
        door: Door,
        speaker: Speaker,
        files: Mapping[str, str],
        *,
        hours: float = HOURS,
        span: timedelta = SPAN,
    ) -> None:
        self._door = door
        self._speaker = speaker
        self.names = dict(files)
        self._begun = datetime.now(UTC) - span
        self._per_hour = span / hours
        self._is_late = span > LATE
        self._trial = ""
        self.case_id = ""
        self.position = 0
        self.events: list[str] = []

    async def take(self, steps: Sequence[Step], *, refused: bool, **report: Any) -> None:
        """Every step in turn; with `refused`, whatever must fail is tried first."""
        for step in steps:
            changes = {**step.changes, **(report if step.command == "RegisterFeedback" else {})}
            if refused:
                for refusal in step.refused:
                    await self._refused(step, changes, refusal)
            status, told = await self._send(step, changes, step.by)
            assert status == 201, (step.command, told)
            self.case_id, self.position = told["id"], told["sequence"]
            self.events.append(step.event)
            assert (told["event"]["type"], told["state"]) == (step.event, step.state), (step.command, told)
            self.names[f"<{step.event}>"] = told["event"]["id"]
            assert told["version"] == len(self.events) + await self._added_by_time(told["version"])
            if step.event in ("TrialRunRecorded", "TrainingRecorded"):
                self._trial = told["event"]["id"]
            if refused and step.command == "RegisterFeedback":
                await self._too_early()
            if step.then:
                await self._reactors(step.then)

    async def _send(self, step: Step, changes: Mapping[str, Any], by: str) -> Told:
        body = {**step.body(**changes)}
        if self._trial and step.command == "VerifyService" and body.get("mode") == "ONSITE":
            body["trial_event_id"] = self._trial
        if step.command not in ("RegisterFeedback", "AcknowledgeCase", "CompleteCallback"):
            body["at"] = (NOON + timedelta(hours=step.hour)).isoformat()
        if self._is_late:
            body["late_reason"] = LATE_REASON
        case_id = None if step.command == "RegisterFeedback" else self.case_id
        return await self._door.send(step.command, case_id, self._real(body), by)

    async def _refused(self, step: Step, changes: Mapping[str, Any], refusal: Refusal) -> None:
        if refusal.body is not None:
            step, changes = replace(step, command=refusal.command, body=refusal.body), {}
        changes, code, field = {**changes, **refusal.changes}, refusal.code, refusal.field
        status, told = await self._send(step, changes, refusal.by or step.by)
        assert status in (403, 409, 422), (step.command, changes, told)
        found = {(one["code"], one["field"]) for one in told["errors"]}
        assert (code, field) in found if field else code == told["code"], (step.command, told)
        assert all(" / " in one["message"] for one in told["errors"])

    async def _too_early(self) -> None:
        for command, body, by in TOO_EARLY:
            late = {"late_reason": LATE_REASON} if self._is_late else {}
            status, told = await self._door.send(command, self.case_id, {**self._real(body), **late}, by)
            assert (status, told["code"]) == (409, "S-STATE"), (command, told)

    async def _reactors(self, events: Sequence[str]) -> None:
        """Wait until the reactors have added these events."""
        wanted = [*self.events, *events]

        async def added() -> bool:
            return await self.happened() == wanted

        await until(added, seconds=30)
        self.events = wanted

    async def happened(self) -> list[str]:
        """The event types of the case, as the API lists them once it has come as far as the last step."""
        return [one["type"] for one in await self._stored() if not self._is_brought_by_time(one)]

    async def _stored(self) -> list[dict[str, Any]]:
        answer = await self._speaker.get(f"/cases/{self.case_id}/events", after=self.position)
        items: list[dict[str, Any]] = answer.json()["items"]
        assert [one["version"] for one in items] == [*range(1, len(items) + 1)]
        return items

    async def _added_by_time(self, version: int) -> int:
        """How many of the first so many events are no steps of the walk; nobody is asked while there can be none."""
        if version == len(self.events):
            return 0
        return sum(self._is_brought_by_time(one) for one in (await self._stored())[:version])

    def _is_brought_by_time(self, event: Mapping[str, Any]) -> bool:
        """A step may take longer than a clock, so what the watch adds in between is no part of a walk."""
        is_level = event["type"] == "Escalated" and event["data"]["trigger"] in ("PERCENT", "NOT_ACKNOWLEDGED")
        return is_level or event["type"] == "SlaBreached" or (self._is_late and event["type"] in _BY_TIME)

    def _real(self, value: Any) -> Any:
        return real(value, lambda hours: self._begun + self._per_hour * hours, self.names)


def real(value: Any, when: Callable[[float], datetime], files: Mapping[str, str]) -> Any:
    """A body with the hours of the walk as the times they stand for, and files as they are stored."""
    match value:
        case dict():
            return {name: real(one, when, files) for name, one in value.items()}
        case list():
            return [real(one, when, files) for one in value]
        case str() if _INSTANT.fullmatch(value):
            return when((datetime.fromisoformat(value) - NOON) / timedelta(hours=1)).isoformat()
        case str():
            return files.get(value, value)
    return value


async def stored_files(speaker: Speaker) -> dict[str, str]:
    """The files of the walks in the file store: the name that bodies use, and the real one; hashes likewise."""
    names: dict[str, str] = {}
    for name, content in FILES.items():
        kind = "image/png" if content.startswith(b"\x89PNG") else "application/pdf"
        answer = await speaker.client.post(
            "/api/v1/files", params={"name": "file"}, content=content, headers={"Content-Type": kind}
        )
        assert answer.status_code in (200, 201), answer.text
        real = answer.json()["file_ref"]
        names |= {name: real, name.removeprefix("sha256:"): real.removeprefix("sha256:")}
    return names


async def get(speaker: Speaker, path: str, **query: Any) -> Any:
    """A read that must succeed, of all that was written so far."""
    if not query.keys() & {"after", "as_of", "true_at"}:
        query["after"] = speaker.position_written
    answer: httpx2.Response = await speaker.get(path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()
