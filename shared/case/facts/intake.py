"""The report of a case, its first response, and how it may have ended without service."""

from datetime import datetime

from msgspec import Struct

from shared.events.case.intake import FeedbackReceived
from shared.events.vocabulary import CancelReason, Channel


class Absorbed(Struct, frozen=True):
    """A report that was the same as this one: from another case, through its own channel, and which event says so."""

    case_id: str
    channel: Channel
    received_at: datetime
    relay_received_at: datetime | None
    event_id: str
    recorded_at: datetime


class IntakeFacts(Struct, frozen=True):
    """The report with everything supplied since, and the first response of this cycle.

    `cycle_began_at` None: in the first cycle. `owner` answers for the case. `waived` fields need not be known.
    `master_case_id` is the case that took this one in, `released_from` the one that let it go again.
    """

    report: FeedbackReceived | None = None
    registered_by: str = ""
    recorded_at: datetime | None = None
    origin: str = "live"
    owner: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    waived: tuple[str, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()
    master_case_id: str | None = None
    released_from: str | None = None
    cancelled: CancelReason | None = None
    ended_at: datetime | None = None
    cycle_began_at: datetime | None = None
