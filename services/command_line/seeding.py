"""What a new deployment begins with: rules and first users, by ordinary commands of our own machinery.

Every command id is derived, and what stands already is left alone, so a start that was killed goes on from there.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from services.command_line.ground import Ground
from services.command_line.stages import STAGES
from shared.clocks.policy import CALENDAR, FAULT_CODES, SERVICE_LEVELS
from shared.events.envelope import subject_of
from shared.reactors.sender import Door
from shared.store.commands import Outgoing
from shared.store.identifiers import id_of_number
from shared.store.port import EventStore

ADMIN = "admin"
SINCE = "2020-01-01T00:00:00+08:00"
"""The first rules are in force for whatever is entered later, a message of last week too."""


class SeedRefused(Exception):
    """Our own first command was refused; the message says which and why."""


class Seed(Struct, frozen=True):
    """One first fact: the command, and the aggregate that tells whether it stands. `opens`: its id is not sent."""

    service: str
    command: str
    kind: str
    aggregate_id: str
    body: Mapping[str, Any]
    opens: bool = True


def content(name: str) -> Any:
    """A seed file."""
    (folder,) = (stage.seed for stage in STAGES if stage.seed is not None)
    return msgspec.json.decode((folder / f"{name}.json").read_bytes())


def user(body: Mapping[str, Any]) -> Seed:
    """Somebody who may sign in."""
    return Seed("administration", "AddUser", "staff", str(body["user_name"]), body)


def rules() -> Iterator[Seed]:
    """The first user, then the calendar, the service levels that name it, and the fault codes of every deployment."""
    yield user({"user_name": ADMIN, "roles": ["ADMIN"]})
    for command, name, file in (
        ("PublishCalendar", CALENDAR, "calendar"),
        ("PublishSlaPolicy", SERVICE_LEVELS, "service_levels"),
        ("PublishVocabulary", FAULT_CODES, "fault_codes"),
    ):
        body = {"version": 1, "effective_from": SINCE, "content": content(file), "drafted_by": ADMIN}
        yield Seed("administration", command, "policy", name, body, opens=False)


def people() -> Iterator[Seed]:
    """The people of the sample firm: those with a sign-in, and colleagues who only act in its history."""
    told = content("sample")
    for body in (*told["users"], *told["colleagues"]):
        yield user(body)


def sample() -> Iterator[Seed]:
    """A firm to look at: people, customers and moulds."""
    told = content("sample")
    yield from people()
    for body in told["customers"]:
        yield Seed("intake", "RegisterCustomer", "customer", id_of_number(body["customer_no"]), body)
    for body in told["moulds"]:
        yield Seed("intake", "RegisterMould", "mould", id_of_number(body["mould_no"]), _owned(body))
    yield user(_owned(told["customer_user"]))


def sample_users() -> list[str]:
    """The sign-ins of the sample."""
    told = content("sample")
    return [ADMIN, *(body["user_name"] for body in (*told["users"], told["customer_user"]))]


def _owned(body: Mapping[str, Any]) -> dict[str, Any]:
    """The customer's number stands in the file; the command wants the id made from it."""
    rest = {name: value for name, value in body.items() if name != "customer_no"}
    return {**rest, "customer_id": id_of_number(body["customer_no"])}


async def plant(
    here: Ground, store: EventStore, seeds: Iterator[Seed], *, is_sample: bool = False, door: Door | None = None
) -> list[str]:
    """Send what does not stand yet, to the services or through `door`; the commands sent.

    Raises: SeedRefused, StoreUnavailable.
    """
    sent: list[str] = []
    way = door or here.commands
    token = here.system_token(rights=("sample",) if is_sample else ())
    for seed in seeds:
        if await store.head(subject_of(seed.kind, seed.aggregate_id)):
            continue
        outgoing = Outgoing(
            service=seed.service,
            command=seed.command,
            aggregate_id=None if seed.opens else seed.aggregate_id,
            command_id=str(uuid5(NAMESPACE_URL, f"moldcare:seed:{seed.kind}:{seed.aggregate_id}")),
            token=token,
        )
        answer = await way.ask(outgoing, msgspec.json.encode(seed.body))
        if not answer.is_accepted:
            raise SeedRefused(f"{seed.command} {seed.aggregate_id}: {answer.body.get('detail', answer.status)}")
        sent.append(f"{seed.command} {seed.aggregate_id}")
    return sent
