"""What dispatch knows: requests for a visit, stays, plans, trials, spare parts, and how the service was accepted."""

from datetime import datetime

from msgspec import Struct

from shared.events.vocabulary import (
    AbortReason,
    Charge,
    OnsiteReason,
    ReportForm,
    ServiceMode,
    TrialResult,
    VerificationMode,
    Zone,
)


class OnsiteRequest(Struct, frozen=True):
    """A request for a visit or a return, by whom and for whom, and its decision; `decided_at` None: still open.

    `visit_at` is the time that the customer was told last, whether or not it still stands.
    """

    event_id: str
    requested_by: frozenset[str]
    requested_at: datetime
    reason: OnsiteReason
    zone: Zone | None
    mode: ServiceMode
    cycle: int
    agreed_until: datetime | None = None
    decided_at: datetime | None = None
    is_approved: bool = False
    is_refused: bool = False
    visit_at: datetime | None = None


class Reading(Struct, frozen=True):
    """Who read the site's safety rules, and the event that says so."""

    user: str
    event_id: str


class Stay(Struct, frozen=True):
    """A stay of our people at the customer's: from arrival until the last one has left, and is back home.

    `is_aborted`: the visit ended before its work was done.
    """

    people: tuple[str, ...]
    arrived_at: datetime
    left: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    departed_at: datetime | None = None
    returned_at: datetime | None = None
    is_aborted: bool = False

    @property
    def on_site(self) -> tuple[str, ...]:
        """Those who have not left."""
        return tuple(user for user in self.people if user not in self.left)

    @property
    def under_way(self) -> tuple[str, ...]:
        """Those who have left and are not back."""
        return tuple(user for user in self.left if user not in self.back)

    @property
    def away(self) -> tuple[str, ...]:
        """Those who are not back."""
        return tuple(user for user in self.people if user not in self.back)


class Plan(Struct, frozen=True):
    """A version of the plan: the numbers of its steps, what it costs, and whether the customer agreed to it."""

    version: int
    event_id: str
    steps: tuple[int, ...]
    charge: Charge
    proposed_at: datetime
    agreed_at: datetime | None = None
    is_refused: bool = False


class Receipt(Struct, frozen=True):
    """A mould that came to our factory, and when it left again."""

    event_id: str
    received_at: datetime
    returned_at: datetime | None = None


class Training(Struct, frozen=True):
    """A training that was held, by the event that says so."""

    event_id: str
    ended_at: datetime


class Abort(Struct, frozen=True):
    """A visit that ended before its work was done."""

    reason: AbortReason
    at: datetime
    cycle: int


class SparePart(Struct, frozen=True):
    """How much of a part was reserved for a case, issued, used and returned, in one unit.

    `is_awaited`: the old one that it replaced comes back to us.
    """

    part_no: str
    unit: str
    reserved: float = 0.0
    issued: float = 0.0
    used: float = 0.0
    returned: float = 0.0
    is_awaited: bool = False


class Trial(Struct, frozen=True):
    """A trial run, by number from 1."""

    number: int
    event_id: str
    result: TrialResult
    ended_at: datetime


class Verification(Struct, frozen=True):
    """The customer's word that the problem is solved, or a supervisor's without it (`is_unsigned`)."""

    event_id: str
    mode: VerificationMode
    verified_at: datetime
    is_unsigned: bool = False


class CompletionReport(Struct, frozen=True):
    """The report that was handed over, and how many issues it leaves open."""

    form: ReportForm
    submitted_at: datetime
    open_issues: int


class Evaluation(Struct, frozen=True):
    """The customer's scores from 1 to 5."""

    evaluated_at: datetime
    process: int
    result: int
    attitude: int
    timeliness: int | None


class DispatchFacts(Struct, frozen=True):
    """The visit: asked for, approved, prepared, made, worked, tried, verified and reported.

    `visit_at`, `readings` count since the approval, `problem_confirmed_at` since the last arrival, `works` since the
    plan was agreed, a trial failed or a supervisor had it done again. `technicians` are those who are sent, `workers`
    those who worked. `trial_id` and `training_id` are the last since the work was finished: only they prove it.
    `refused_at`: a signature was refused and nobody has decided. `first_verified_at` is kept from cycle to cycle.
    """

    requests: tuple[OnsiteRequest, ...] = ()
    visit_at: datetime | None = None
    readings: tuple[Reading, ...] = ()
    technicians: tuple[str, ...] = ()
    stays: tuple[Stay, ...] = ()
    problem_confirmed_at: datetime | None = None
    fault_code: str | None = None
    plans: tuple[Plan, ...] = ()
    works: int = 0
    workers: tuple[str, ...] = ()
    first_work_at: datetime | None = None
    last_work_at: datetime | None = None
    finished_at: datetime | None = None
    photo_exempt: bool = False
    trials: tuple[Trial, ...] = ()
    trainings: tuple[Training, ...] = ()
    trial_id: str | None = None
    training_id: str | None = None
    receipts: tuple[Receipt, ...] = ()
    aborts: tuple[Abort, ...] = ()
    spares: tuple[SparePart, ...] = ()
    refused_at: datetime | None = None
    first_verified_at: datetime | None = None
    verification: Verification | None = None
    report: CompletionReport | None = None
    evaluation: Evaluation | None = None
    declined_at: datetime | None = None
