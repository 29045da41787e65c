"""A policy as data: which events it reads, and a pure function from an event to what should follow."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.store.order import Known, Reference


class Consequence(Struct, frozen=True):
    """A command to be sent, not before an instant if one is given.

    `key` names the intention (for example one clock of one case in one cycle): a newer consequence under the
    same key takes the place of one not yet sent. `essence` is what makes the command another one.
    """

    key: str
    essence: str
    service: str
    command: str
    aggregate_id: str
    body: dict[str, Any]
    not_before: datetime | None = None

    @property
    def command_id(self) -> str:
        """Derived, so that sending again is no second command."""
        return str(uuid5(NAMESPACE_URL, f"moldcare:{self.key}:{self.essence}"))


class Withdrawal(Struct, frozen=True):
    """An intention that fell away before its command was sent."""

    key: str


class Mail(Struct, frozen=True):
    """A message to be sent by mail. `request_id` is the event that asked for it, `body` its fields as stored, sealed,
    and what the report of the case says of the thread: `title`, and `raw`, the position of the customer's message.

    `is_automatic`: no person asked for it. `contact_id` is whom it goes to, as a keyed hash.
    """

    key: str
    case_id: str
    request_id: str
    contact_id: str
    body: dict[str, Any]
    is_automatic: bool


class MailAgain(Struct, frozen=True):
    """A message that is to be sent once more, as it is: somebody decided so."""

    key: str


class MailAnswered(Struct, frozen=True):
    """A message of which somebody noted what became of it: nothing is to be done about it any more."""

    key: str


MailReaction = Mail | MailAgain | MailAnswered
Reaction = Consequence | Withdrawal | MailReaction
React = Callable[[Recorded, Any, Any, Known], Sequence[Reaction]]
"""(recorded, event, aggregate as it stands, what it consulted) -> reactions. Pure."""


def nothing_more(event: Any, state: Any) -> Sequence[Reference]:
    """For policies that need only the aggregate itself."""
    return ()


AT_HEAD = -1
"""Where a policy that writes letters begins: behind the event that is last when it begins. That position is kept."""


class Policy(Struct, frozen=True):
    """A reactor. `first_position`: the last event it does not see; a number, so that history is never replayed
    into the world by accident. `AT_HEAD` is turned into the number of the last event once, before anything runs.
    `kind`: the aggregates whose events it reads."""

    name: str
    handles: frozenset[str]
    react: React
    first_position: int
    consults: Callable[[Any, Any], Iterable[Reference]] = nothing_more
    kind: str = "case"

    def reads(self, recorded: Recorded) -> bool:
        """Whether the event is one of those that it reacts to."""
        return recorded.kind == self.kind and recorded.meta.type in self.handles
