"""A command as a rule sees it: the draft with its context, what the shell gathered, and how a rule says no.

Pure: rules import this and know nothing of stores, clocks or look-ups.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from shared.events.policy import CalendarPublished, SlaPolicyPublished, VocabularyPublished
from shared.events.vocabulary import Role
from shared.files.port import StoredFile
from shared.masters.policy import Policy, Published
from shared.masters.staff import Staff
from shared.store.identifiers import id_of_number
from shared.store.past import Past


class Fault(Struct, frozen=True):
    """One reason for a refusal: code (for example `V-REQ`), text of the catalogue, field, and values for the text."""

    code: str
    text: str
    field: str = ""
    values: dict[str, Any] = {}


class Refused(Exception):
    """The command may not happen. Every fault is named; nothing is appended."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{fault.code} {fault.text} {fault.field}".rstrip() for fault in faults))
        self.faults = faults


class AlreadyTrue(Exception):
    """What a SYSTEM command wants to record stands in the log already, as an event of this type."""

    def __init__(self, event_type: str) -> None:
        super().__init__(event_type)
        self.event_type = event_type


class Actor(Struct, frozen=True):
    """Who acts: signed name, the person's folded record, and the role that permits this command."""

    user: str
    staff: Staff
    role: Role
    roles: frozenset[Role]
    rights: frozenset[str] = frozenset()


class Order(Struct, frozen=True):
    """A command in its context. `at` is when it happened, `now` when it is recorded; both in UTC."""

    command: str
    aggregate_id: str
    command_id: str
    actor: Actor
    draft: Any
    at: datetime
    now: datetime
    on_behalf_of: str | None = None
    import_batch: str | None = None


class Known(Struct, frozen=True):
    """What a decision may know besides its own aggregate. `found` holds folded aggregates by `kind.id`.

    `files` are references that the file store holds, `raw` positions that INTAKE holds; `stored` tells kind and size
    of the files that a rule consults as `stored`; `past` the events of the own aggregate, for commands that look back.
    """

    found: dict[str, Any] = {}
    files: frozenset[str] = frozenset()
    raw: frozenset[int] = frozenset()
    stored: dict[str, StoredFile] = {}
    past: Past = Past()

    def get(self, kind: str, aggregate_id: str) -> Any:
        """The folded aggregate, None when nothing is known under this id."""
        return self.found.get(f"{kind}.{aggregate_id}")

    def service_levels(self, name: str, at: datetime) -> SlaPolicyPublished | None:
        """The service levels in force at `at`, None before the first."""
        found = _in_force(self.get("policy", name), at)
        return found if isinstance(found, SlaPolicyPublished) else None

    def vocabulary(self, name: str, at: datetime) -> VocabularyPublished | None:
        """The vocabulary in force at `at`, None before the first."""
        found = _in_force(self.get("policy", name), at)
        return found if isinstance(found, VocabularyPublished) else None

    def calendar(self, name: str, at: datetime) -> CalendarPublished | None:
        """The calendar in force at `at`, None before the first."""
        found = _in_force(self.get("policy", name), at)
        return found if isinstance(found, CalendarPublished) else None


def _in_force(policy: Policy | None, at: datetime) -> Published | None:
    return policy.in_force(at) if policy is not None else None


class Reference(Struct, frozen=True):
    """A mention of another aggregate, file or raw message in a field.

    Kinds besides those of aggregates: `file`, `document` and `content` must exist, `stored` asks what a file is.
    """

    kind: str
    name: str
    field: str


Rule = Callable[[Order, Any, Known], Any]
"""(order, state, known) -> event. Raises: Refused, AlreadyTrue."""
Check = Callable[[Order, Any, Known], Iterable[Fault]]
"""(order, state, known) -> faults that single fields cannot show. A field that failed is None in the draft.

Raises: AlreadyTrue, where a state that has moved on would refuse what stands."""
Consults = Callable[[Any, Any], Iterable[Reference]]
"""(draft, state) -> what else the rule must know."""


def no_faults(order: Order, state: Any, known: Known) -> Iterable[Fault]:
    """For commands whose fields say everything by themselves."""
    return ()


def no_more(draft: Any, state: Any) -> Iterable[Reference]:
    """For commands whose fields name all that they need."""
    return ()


def nothing_more(draft: Any, known: Known) -> Iterable[Reference]:
    """For commands whose past names nothing that must be looked up."""
    return ()


class Command(Struct, frozen=True):
    """One line of a stage's registry: a command is its event's draft, and this says how it becomes the event.

    `opens`: `always` begins an aggregate, `may` begins or continues one, `never` needs one that exists.
    `number`: the field whose value makes the id of a new aggregate, by `new_id`; else the command id does.
    `happened`: the event's own times that stand for `at` when the caller gives none, the first one given; a path
    such as `signature.signed_at` reaches into it.
    `looks_back`: the rule must know the past events of the aggregate, and the one of this id with its texts opened;
    `finds` is what else must be known once those are.
    `may`: A-ROLE faults that depend on fields or on the case (own, sent, lower), told before any other.
    """

    name: str
    event: type[Struct]
    kind: str
    rule: Rule
    check: Check = no_faults
    consults: Consults = no_more
    opens: Literal["never", "may", "always"] = "never"
    number: str | None = None
    new_id: Callable[[str], str] = id_of_number
    happened: tuple[str, ...] = ()
    is_system: bool = False
    may: Check = no_faults
    looks_back: Callable[[Any], str | None] | None = None
    finds: Callable[[Any, "Known"], Iterable[Reference]] = nothing_more


_PART = re.compile(r"[.\[]")


def merge(*groups: Iterable[Fault]) -> tuple[Fault, ...]:
    """All faults, at most one for each field, the first found first; none of a whole whose part has one already."""
    seen: dict[tuple[str, str], Fault] = {}
    wholes: set[str] = set()
    for group in groups:
        for fault in group:
            key = (fault.field, "" if fault.field else fault.text)
            if fault.field not in wholes and key not in seen:
                seen[key] = fault
                wholes.update(fault.field[: end.start()] for end in _PART.finditer(fault.field))
    return tuple(seen.values())
