"""What is known of a case's time: the stretches that clocks measure, and what they were measured by when."""

from datetime import date, datetime

from msgspec import Struct

from shared.events.vocabulary import ClockName, Urgency, Zone


class Mark(Struct, frozen=True):
    """When something happened, the event that says so, and when that was recorded."""

    at: datetime
    event_id: str
    recorded_at: datetime


class Run(Struct, frozen=True):
    """One stretch that a clock measures: from its start to its stop; None: still running.

    `is_withdrawn`: it fell away at its stop, nobody owes it any more. `part` tells the runs of one clock in one cycle
    apart. `day` is one of which only the date is known, whose first opening is a start too. `due_at` is given where
    the case itself says when it is due, else the policy's target says it. `agreed_until` is the customer's word.
    """

    clock: ClockName
    part: str
    cycle: int
    start: Mark
    stop: Mark | None = None
    is_withdrawn: bool = False
    day: date | None = None
    due_at: datetime | None = None
    zone: Zone | None = None
    agreed_until: datetime | None = None


class Terms(Struct, frozen=True):
    """What the clocks of a cycle are measured by since an event of type `cause`.

    `is_return`: the mould is served at our factory, by approval.
    """

    since: Mark
    cause: str
    cycle: int
    urgency: Urgency
    policy_version: int
    calendar_version: str
    is_return: bool = False


class TimingFacts(Struct, frozen=True):
    """All runs of all cycles in the order they began, all terms in the order they came to count.

    `reported` is the report's own mark, `evaluated` and `returned` are the last of this cycle, `ended` is the end
    without service that the case is in.
    """

    runs: tuple[Run, ...] = ()
    terms: tuple[Terms, ...] = ()
    reported: Mark | None = None
    evaluated: Mark | None = None
    returned: Mark | None = None
    ended: Mark | None = None
