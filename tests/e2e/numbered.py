"""Clients that write numbered requests over HTTP, and what each was told of every number."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
from msgspec import Struct

from tests.e2e.speaking import API
from tests.support import service, visit
from tests.support.now import acknowledgement_now, report_now
from tests.support.samples import classification
from tests.waiting import until

ANSWER = 2.0
"""Seconds that a client waits for an answer before it asks again."""
PATIENCE = 40.0
"""Seconds after which a client gives a number up."""
MARK = "number-"
"""Every event tells its number: `meta.source_device`."""


class Told(Struct, frozen=True):
    """What a client was told of a number: where it stands."""

    client: int
    number: int
    aggregate: str
    version: int
    sequence: int


class Act(Struct, frozen=True):
    """A request: the service that answers it, where to, by whom and what. `may_fail`: nothing hangs on its outcome."""

    service: str
    path: str
    by: str
    body: dict[str, Any]
    may_fail: bool = True


class Book:
    """What all clients share: the numbers, what was told, who is being asked now, and the case of each client.

    Numbers above `free` have to wait.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.free = most
        self.told: list[Told] = []
        self.given_up: set[int] = set()
        self.repeated = 0
        self.asked: Counter[str] = Counter()
        self.cases: dict[int, str] = {}
        self._numbers = count(1)

    async def next_number(self) -> int | None:
        """A number that nobody has had, as soon as it is free; None when all are given out."""
        number = next(self._numbers)

        async def is_free() -> bool:
            return number <= self.free or number > self.most

        await until(is_free, seconds=120)
        return number if number <= self.most else None

    @property
    def settled(self) -> int:
        """How many numbers have come to an end for their clients."""
        return len(self.told) + len(self.given_up)

    @contextmanager
    def asking(self, service: str) -> Iterator[None]:
        """While a request to this service is under way."""
        self.asked[service] += 1
        try:
            yield
        finally:
            self.asked[service] -= 1


class Writer:
    """One client: it takes number after number, on its own cases and now and then on its neighbour's."""

    def __init__(
        self, place: int, book: Book, client: httpx2.AsyncClient, tokens: Mapping[str, str], file_ref: str
    ) -> None:
        self._place = place
        self._book = book
        self._client = client
        self._tokens = tokens
        self._file_ref = file_ref
        self._chance = random.Random(place)
        self._acts: Iterator[Act] = iter(())

    async def work(self) -> None:
        """Until there is no number left."""
        while (number := await self._book.next_number()) is not None:
            act = self._next()
            hasty = act.may_fail and self._chance.random() < 0.02
            told = await (self._once(number, act) if hasty else self._until_told(number, act))
            if told is None:
                self._book.given_up.add(number)
                # Nobody knows how the case stands now: somebody else may have a look at it.
                if not act.may_fail:
                    self._acts = iter(())
            else:
                self._book.told.append(told)
                if act.path == "/cases":
                    self._acts = self._case(told.aggregate)

    def _next(self) -> Act:
        chance = self._chance.random()
        if chance < 0.08:
            return _add_user(f"user-{self._chance.getrandbits(60):x}")
        neighbour = self._book.cases.get(self._place ^ 1)
        if chance < 0.2 and neighbour is not None:
            return self._chance.choice((_assess, _tell_department))(neighbour)
        act = next(self._acts, None)
        return act or _report(f"+86 574 {self._chance.randrange(10**7, 10**8)}")

    def _case(self, case: str) -> Iterator[Act]:
        """What becomes of a case, step by step; each waits for the one before it."""
        yield Act("intake", f"/cases/{case}/acknowledge-case", "desk", json.loads(acknowledgement_now()), False)
        yield Act("triage", f"/cases/{case}/classify", "desk", classification(), False)
        self._book.cases[self._place] = case
        yield _assess(case)
        yield _consult(case, may_fail=False)
        for kind in ("PHOTO", "DRAWING"):
            yield _ask_for_visit(case)
            yield _attach(case, self._file_ref, kind)
            yield _refuse_visit(case)
            yield _consult(case, may_fail=True)
            yield _tell_department(case)

    async def _until_told(self, number: int, act: Act) -> Told | None:
        """Ask again and again under the same key; None when patience is at an end."""
        deadline = _now() + PATIENCE
        while _now() < deadline:
            told = await self._ask(number, act, ANSWER)
            if told is not None:
                return told
            self._book.repeated += 1
            await asyncio.sleep(self._chance.uniform(0.05, 0.4))
        return None

    async def _once(self, number: int, act: Act) -> Told | None:
        """Ask, hang up within a moment, and never come back."""
        return await self._ask(number, act, self._chance.uniform(0.001, 0.03))

    async def _ask(self, number: int, act: Act, patience: float) -> Told | None:
        headers = {
            "Authorization": f"Bearer {self._tokens[act.by]}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(UUID(int=number)),
        }
        body = json.dumps({**act.body, "source_device": f"{MARK}{number}"})
        try:
            with self._book.asking(act.service):
                answer = await self._client.post(API + act.path, content=body, headers=headers, timeout=patience)
        except httpx2.TransportError:
            return None
        if answer.status_code == 503:
            assert answer.headers["retry-after"]
            return None
        assert answer.status_code in (200, 201), (act.path, answer.status_code, answer.text)
        said = answer.json()
        return Told(self._place, number, said["id"], said["version"], said["sequence"])


def _report(phone: str) -> Act:
    return Act("intake", "/cases", "desk", json.loads(report_now(contact_phone=phone)))


def _add_user(name: str) -> Act:
    return Act("administration", "/staff", "admin", {"user_name": name, "roles": ["ANALYST"]})


def _assess(case: str) -> Act:
    return Act("triage", f"/cases/{case}/assess-warranty", "lead", service.warranty())


def _consult(case: str, *, may_fail: bool) -> Act:
    needed = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = service.consultation_request(needed_by=needed)
    return Act("triage", f"/cases/{case}/request-consultation", "desk", body, may_fail)


def _ask_for_visit(case: str) -> Act:
    body = visit.request(zone="A")
    return Act("dispatch", f"/cases/{case}/request-onsite", "desk", body, may_fail=False)


def _refuse_visit(case: str) -> Act:
    body = visit.rejection(customer_informed_at=datetime.now(UTC).isoformat())
    return Act("dispatch", f"/cases/{case}/reject-onsite", "lead", body, may_fail=False)


def _attach(case: str, file_ref: str, kind: str) -> Act:
    body = service.document(doc_type=kind, file_ref=file_ref)
    return Act("followup", f"/cases/{case}/attach-document", "desk", body)


def _tell_department(case: str) -> Act:
    return Act("followup", f"/cases/{case}/send-department-feedback", "desk", service.feedback())


def _now() -> float:
    return asyncio.get_running_loop().time()
