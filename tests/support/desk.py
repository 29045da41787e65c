"""A whole service in memory: commands go in as doors send them, answers and events come out."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.administration.stage import STAGE as ADMINISTRATION
from services.analytics.stage import STAGE as ANALYTICS
from services.dispatch.stage import STAGE as DISPATCH
from services.followup.stage import STAGE as FOLLOWUP
from services.intake.stage import STAGE as INTAKE
from services.triage.stage import STAGE as TRIAGE
from shared.events.envelope import Recorded, subject_of
from shared.files.port import StoredFile
from shared.people.identity import PersonIds
from shared.people.memory import MemoryKeyStore
from shared.people.people import People
from shared.people.ring import KeyRing
from shared.people.sealer import EventSealer
from shared.runtime.clock import SimulatedClock
from shared.runtime.identity import ActorSigner, ActorVerifier
from shared.runtime.stage import commands_of
from shared.store.admission import Admission
from shared.store.cache import Aggregates
from shared.store.handle import CommandHandler
from shared.store.memory import MemoryStore
from shared.store.port import EventStore
from shared.store.request import Answer, Request
from tests.support import samples

COMMANDS = commands_of((INTAKE, TRIAGE, DISPATCH, FOLLOWUP, ANALYTICS, ADMINISTRATION))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PEPPER = b"pepper of the tests, 32 bytes ok"
ROLES = {
    "specialist": (["SPECIALIST"], {}),
    "supervisor": (["SUPERVISOR"], {}),
    "technician": (["TECHNICIAN"], {}),
    "sales": (["SALES"], {}),
    "engineer": (["ENGINEER"], {"dept": "TECH"}),
    "production": (["ENGINEER"], {"dept": "PRODUCTION"}),
    "quality": (["DEPT"], {"dept": "QUALITY"}),
    "finance": (["DEPT"], {"dept": "FINANCE"}),
    "auditor": (["AUDITOR"], {}),
    "analyst": (["ANALYST"], {}),
    "admin": (["ADMIN"], {}),
}


class NoEvidence:
    """Files and raw messages that a test declares to exist."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.stored: dict[str, StoredFile] = {}
        self.raw: set[int] = set()

    def keep(self, file_ref: str, mime: str = "application/pdf", size: int = 1000) -> str:
        """A file that the store holds; its reference."""
        self.files.add(file_ref)
        self.stored[file_ref] = StoredFile(file_ref, file_ref.removeprefix("sha256:"), mime, size)
        return file_ref

    async def missing_files(self, references: Any) -> set[str]:
        return set(references) - self.files

    async def stored_file(self, reference: str) -> StoredFile | None:
        return self.stored.get(reference)

    async def has_raw(self, position: int) -> bool:
        return position in self.raw

    async def raw_objects(self, position: int) -> tuple[str, ...]:
        return ()


class Desk:
    """Handler, store and clock of one in-memory service."""

    def __init__(self, store: EventStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.clock = SimulatedClock(samples.NOON)
        self.signer = ActorSigner(KEY)
        self.evidence = NoEvidence()
        self.people = People(KeyRing(bytes(32), MemoryKeyStore()), PersonIds(PEPPER))
        self.restart()

    def restart(self) -> None:
        """Forget everything that is kept in memory, as a new process would."""
        self.aggregates = Aggregates(self.store)
        self.handler = CommandHandler(
            self.store,
            self.aggregates,
            Admission(self.aggregates, COMMANDS, ActorVerifier(KEY.public_key()), PEPPER),
            sealer=EventSealer(self.people, self.evidence),
            evidence=self.evidence,
            clock=self.clock,
        )

    async def send(
        self,
        command: str,
        body: Any,
        *,
        to: str | None = None,
        by: str = "specialist",
        command_id: str | None = None,
        rights: tuple[str, ...] = (),
        **more: Any,
    ) -> Answer:
        """The answer to one command; `by` "system" is our own machinery."""
        token = self.signer.sign(by, self.clock.now(), system=by == "system", rights=rights)
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        request = Request(command, to, command_id or str(uuid4()), more.pop("token", token), raw, **more)
        return await self.handler.handle(request)

    async def open(self) -> None:
        """First start: service levels, fault codes and one user for each role."""
        for name, body in (("standard", samples.service_levels()), ("fault-code", samples.fault_codes())):
            command = "PublishSlaPolicy" if name == "standard" else "PublishVocabulary"
            await self._seed("AddUser", {"user_name": "supervisor", "roles": ["SUPERVISOR"]}, None)
            await self._seed(command, body, name)
        for user, (roles, more) in ROLES.items():
            if user != "supervisor":
                await self._seed("AddUser", {"user_name": user, "roles": roles, **more}, None)

    async def _seed(self, command: str, body: dict[str, Any], to: str | None) -> None:
        key = uuid5(UUID(int=0), f"{command}{to}{body.get('user_name')}")
        answer = await self.send(command, body, to=to, by="system", command_id=str(key))
        assert answer.is_accepted, answer.body

    async def register(self, **changes: Any) -> str:
        """A case from the sample report; its id."""
        answer = await self.send("RegisterFeedback", samples.report(**changes))
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    async def events(self, case_id: str, kind: str = "case") -> list[Recorded]:
        """What the log holds of an aggregate."""
        return await self.store.load(subject_of(kind, case_id))

    async def types(self, case_id: str, kind: str = "case") -> list[str]:
        """The event types of an aggregate in order."""
        return [recorded.meta.type for recorded in await self.events(case_id, kind)]

    async def stored(self, case_id: str, place: int) -> dict[str, Any]:
        """The fields of one event of a case as they stand in the log."""
        fields: dict[str, Any] = json.loads(bytes((await self.events(case_id))[place].raw))
        return fields

    def later(self, **by: float) -> None:
        """Move the clock."""
        self.clock.advance(timedelta(**by))


def codes(answer: Answer) -> dict[str, str]:
    """The code of each failing field of a refusal."""
    return {error["field"]: error["code"] for error in answer.body["errors"]}
