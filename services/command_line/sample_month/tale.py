"""One case of the month as it is told: who has what problem, which turns it takes, and when each step happened."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from services.command_line.sample_month.texts import Problem, phrases
from shared.events.envelope import event_id, subject_of
from shared.store.identifiers import id_of_command, id_of_number

Body = dict[str, Any]


class Setting(Struct, frozen=True):
    """What is given when a case begins. `turns` are what goes otherwise than usual; `waits_after`: the last step."""

    number: int
    received_at: datetime
    customer: Mapping[str, Any]
    contact: Mapping[str, Any]
    mould: Mapping[str, Any]
    problem: Problem
    channel: str
    urgency: str
    production: str
    is_onsite: bool
    technician: str
    turns: frozenset[str] = frozenset()
    waits_after: str | None = None
    visit_at: datetime | None = None
    earlier_case: str | None = None


def command_id_of(number: int, step: str) -> str:
    """The command id of a step of a case, the same in every filling."""
    return str(uuid5(NAMESPACE_URL, f"moldcare:sample:{number}:{step}"))


def case_id_of(number: int) -> str:
    """The id that registering gives a case."""
    return id_of_command(command_id_of(number, "received"))


class Tale:
    """A case while its script is written down: ids are derived, moments are noted, papers are collected."""

    def __init__(self, given: Setting) -> None:
        self.given = given
        self.chance = Random(f"moldcare sample {given.number}")
        self.moments: dict[str, datetime] = {}
        self.papers: list[bytes] = []
        self.visit_at = given.visit_at
        self.plans = 0
        self.works = 0
        self.cycle = 1
        self.shots = self.chance.randrange(20_000, 400_000)

    @property
    def case_id(self) -> str:
        """The id that registering gives the case."""
        return case_id_of(self.given.number)

    @property
    def mould_id(self) -> str:
        """The mould's id in the register."""
        return id_of_number(self.given.mould["mould_no"])

    @property
    def registered_by(self) -> str:
        """Who writes the report down."""
        return {"SALES_RELAY": "sales", "VERBAL": self.given.technician}.get(self.given.channel, "specialist")

    @property
    def verified_at(self) -> datetime:
        """When the service of the present cycle was verified. Raises: ValueError before that."""
        return max(at for name, at in self.moments.items() if name.startswith("verified"))

    @property
    def is_urgent(self) -> bool:
        """Whether people hurry."""
        return self.given.urgency == "URGENT"

    def command_id(self, step: str) -> str:
        """The command id of a step of this case."""
        return command_id_of(self.given.number, step)

    def event_id(self, step: str) -> str:
        """The id of the event that a step makes."""
        return event_id(subject_of("case", self.case_id), self.command_id(step))

    def takes(self, turn: str) -> bool:
        """Whether the case goes this way."""
        return turn in self.given.turns

    def happened(self, step: str) -> bool:
        """Whether the step came before in this case."""
        return step in self.moments

    def say(self, occasion: str) -> str:
        """One of the phrases for this occasion."""
        told = phrases()[occasion]
        return str(told if isinstance(told, str) else self.chance.choice(told))

    def odds(self, percent: float) -> bool:
        """True in so many of a hundred cases."""
        return self.chance.random() * 100 < percent

    def keep(self, content: bytes) -> str:
        """Put a file with the step that is told; its reference."""
        if content not in self.papers:
            self.papers.append(content)
        return f"sha256:{sha256(content).hexdigest()}"
