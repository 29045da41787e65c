"""What somebody may do next to a case: which event, how likely, by whom; all by one chance that can be repeated."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from shared.case.lifecycle import TRANSITIONS, Transition
from shared.case.state import Case
from shared.events.vocabulary import CaseState, Role
from shared.rules.acting import SENT
from tests.e2e.readiness import seems_ready
from tests.support.acts import ACTS
from tests.support.scene import USERS, user_of

ENDS = frozenset({CaseState.CANCELLED, CaseState.MERGED, CaseState.TRANSFERRED})
BACK = frozenset({"OnsiteWithdrawn", "VisitAborted", "VisitRescheduled", "CaseReopened"})
"""Ways back, taken less often than those ahead."""
DUE = 6.0
"""What weighs so much leads a case on."""
NEW = 2
"""What happened less often than this goes before everything else."""
ON_THE_WAY = frozenset(
    {
        *("CaseAcknowledged", "InformationWaived", "InfoSupplemented"),
        *("VisitConfirmed", "SafetyRulesRead", "OnsiteProblemConfirmed", "PlanProposed", "WorkPerformed"),
        *("TrialRunRecorded", "TrainingRecorded", "MouldReturned", "CompletionReportSubmitted", "TechnicianDeparted"),
        *("TechnicianReturned", "SparesReturned", "SlaResumed", "CallbackAttempted", "CallbackDone"),
    }
)
"""What keeps the state, but the next one asks for it."""
OTHERS = {Role.SUPERVISOR: ("supervisor", "deputy"), Role.ENGINEER: ("engineer", "production")}
"""Roles that two people of the house have."""
PEOPLE = tuple(role for role in USERS if role is not Role.SYSTEM)


class Choice(Struct, frozen=True):
    """A command by somebody."""

    command: str
    role: Role
    user: str


class Chooser:
    """Chooses from the table of the life cycle: rather what may succeed, and what happened seldom so far."""

    def __init__(self, chance: random.Random, sending: Mapping[str, str]) -> None:
        self._chance = chance
        self._sending = sending
        self.happened: Counter[str] = Counter()

    def likely(self, case: Case, among: Sequence[Role]) -> Choice:
        """Something that the table allows now, by somebody whom it allows; by one of these if it is their turn."""
        assert case.state is not None
        rows = [row for row in TRANSITIONS if case.state in row.states and row.roles != {Role.SYSTEM}]
        theirs = [row for row in rows if not row.roles.isdisjoint(among) and self._weight(row, case) >= DUE]
        rows, among = (theirs, among) if theirs else (rows, PEOPLE)
        (row,) = self._chance.choices(rows, [self._weight(row, case) for row in rows])
        command = self._sending[row.event]
        usual, roles = ACTS[command].role, [role for role in among if role in row.roles]
        is_usual = usual in roles and self._chance.random() < 0.5
        choice = self.by(command, usual if is_usual else self._chance.choice(roles))
        sent = case.dispatch.technicians
        if choice.role not in SENT or choice.user in sent or not sent:
            return choice
        user = self._chance.choice(sent)
        role = Role.TECHNICIAN if user == "technician" else Role.ENGINEER
        return Choice(command, role, user) if role in row.roles else choice

    def by(self, command: str, role: Role) -> Choice:
        """The command by one of those who have the role."""
        return Choice(command, role, self._chance.choice(OTHERS.get(role, (user_of(command, role),))))

    def seldom(self, event: str, state: Any) -> float:
        """A weight that falls with every time that the event happened, and is small where it does not seem ready."""
        return (1.0 if seems_ready(event, state) else 0.02) / (1 + self.happened[event] / 4)

    def _weight(self, row: Transition, case: Case) -> float:
        is_new = self.happened[row.event] < NEW and seems_ready(row.event, case)
        if is_new or begun(row.event, case):
            return 12.0
        seldom = self.seldom(row.event, case)
        if row.to in ENDS or row.event in BACK or row.to is _BEFORE.get(row.event):
            return 0.05 + seldom / 3
        if not seems_ready(row.event, case):
            return seldom
        if row.to not in (None, case.state):
            return 12.0
        return seldom + DUE if row.event in ON_THE_WAY else seldom


_BEFORE = {
    "OnsiteRejected": CaseState.DIAGNOSING,
    "PlanProposed": CaseState.ON_SITE,
    "RemoteSessionLogged": CaseState.DIAGNOSING,
}
"""Where these lead, a case goes back or hardly forward."""


def begun(event: str, case: Case) -> bool:
    """Whether somebody has begun what only counts when it goes on: calls in vain, refused visits."""
    match event:
        case "CallbackAttempted" | "CallbackUnreachable":
            return any(one.attempts for one in case.followup.callbacks if one.is_open)
        case "OnsiteRejected":
            return any(one.is_refused and one.cycle == case.cycle for one in case.dispatch.requests)
    return False
