"""Facts of a visit: request and approval, preparation, work, trial run, signature and report (norm 2.2.3 to 2.4.1)."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import (
    SET_BY_SERVICE,
    Code,
    Confirmation,
    Count,
    DocumentHash,
    Drawing,
    EventId,
    Fen,
    FileRef,
    FreeShort,
    Instant,
    Long,
    Measured,
    Note,
    Parameter,
    PersonName,
    PersonTitle,
    Phone,
    Positive,
    Quantity,
    ReplacedPart,
    Score,
    Short,
    Signature,
    Spare,
    UserName,
    Yes,
)
from shared.events.vocabulary import (
    Cause,
    Channel,
    Charge,
    ItemStatus,
    Liability,
    OnsiteReason,
    PreparationItem,
    RejectReason,
    ReportForm,
    ServiceMode,
    TrialKind,
    TrialResult,
    VerificationMode,
    Zone,
)

Days = Annotated[float, Meta(extra_json_schema={"minimum": 0.5, "maximum": 60})]
People = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 20})]


class OnsiteRequested(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody asks for a visit at the customer's, with reason and expected effort (R-2.2.3-a)."""

    reason: OnsiteReason
    justification: Note
    waiver_reason: Note | None = None
    expected_days: Days
    people_needed: People
    est_cost_fen: Fen | None = None
    service_mode: ServiceMode
    zone: Zone | None = None


class OnsiteApproved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor who did not ask for it approves the visit (R-2.2.3-b)."""

    decision_note: Note | None = None
    conditions: Note | None = None
    delegate_of: UserName | None = None
    deferred_warranty_reason: Note | None = None
    agreed_until: Instant | None = None


class OnsiteRejected(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor does not approve the visit and names another way (R-2.2.3-b)."""

    reason: RejectReason
    alternative: Note
    customer_informed_at: Instant
    delegate_of: UserName | None = None


class SiteContact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom to ask for at the customer's."""

    name: PersonName
    phone: Phone


class VisitConfirmed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Time, contact and needs of the visit were agreed with the customer (R-2.3.1-b)."""

    visit_at: Instant
    site_contact: SiteContact
    specific_needs: Note | None = None
    no_specific_needs: Yes | None = None
    confirmed_by: PersonName
    confirmed_via: Channel
    confirmed_at: Instant | None = None


class SafetyRulesRead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of our people read the safety rules of the site, in the own name (R-2.3.1-c)."""

    rules_ref: FileRef | None = None
    rules_source: Short | None = None
    ppe: list[Short] = []
    permits: list[Short] = []
    read_at: Instant


class Preparation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item of the checklist: prepared, or why it is not needed."""

    item: PreparationItem
    status: ItemStatus
    detail: Note
    reason: Note | None = None


class Transport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who fetches a mould, and when (B-07)."""

    carrier: Short
    pickup_at: Instant


class ServicePrepared(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything is ready to leave (R-2.3.1-a), or for the mould to come to the factory (B-07)."""

    items: list[Preparation] = []
    technicians: list[UserName] = []
    spares: list[Spare] = []
    drawings: list[Drawing] = []
    safety_read: Annotated[list[EventId], SET_BY_SERVICE] = []
    transport: Transport | None = None
    packing_list: list[Short] = []
    photos_out: list[FileRef] = []


class TechnicianArrived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Our people are at the customer's (R-2.3.2-a)."""

    arrived_at: Instant
    people: list[UserName]
    location_note: Note | None = None


class ResponsiblePerson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person who answers for the customer on site."""

    name: PersonName
    title: PersonTitle


class OnsiteProblemConfirmed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The problem was seen on site together with the customer (R-2.3.2-a)."""

    met_with: ResponsiblePerson
    phenomenon: Note
    mould_running: bool
    shots: Count | None = None
    differs: bool
    difference: Note | None = None
    fault_code: Code | None = None
    vocabulary_version: Annotated[int, SET_BY_SERVICE] = 0


class PlanStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a plan."""

    seq: Positive
    text: Note


class PlanProposed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we want to do, how long the mould stands and what may go wrong (R-2.3.2-b)."""

    plan_version: Annotated[int, SET_BY_SERVICE] = 0
    steps: list[PlanStep]
    parts_planned: list[Spare] = []
    downtime_est_h: Quantity
    risk: Note
    consultation_ref: EventId | None = None
    differs_reason: Note | None = None
    cost_effect: Charge


class PlanAgreed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer agreed to the newest plan before any work (R-2.3.2-c)."""

    plan_version: Positive
    signature: Signature | None = None
    agreed_until: Instant | None = None


class PlanRefused(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer does not agree to the plan (R-2.3.2-c); a signature under the refusal may be given."""

    plan_version: Positive
    reason: Note
    refused_by: PersonName
    signature: Signature | None = None


class SafetyCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Locked out and tagged out, energy at zero, mould secured; or why not (B-24)."""

    loto: bool
    energy_zero: bool
    secured: bool
    reason: Note | None = None


class KeyStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An operation that mattered, and the step of the plan it belongs to (R-2.3.3-a)."""

    seq: Positive
    plan_step: Positive
    time: Instant
    operation: Note


class WorkPerformed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of work by the agreed plan: steps, parts, parameters, conduct (R-2.3.3-b, -c)."""

    plan_version: Positive
    started_at: Instant
    ended_at: Instant
    safety_check: SafetyCheck
    key_steps: list[KeyStep]
    parts: list[ReplacedPart] = []
    no_parts: Yes | None = None
    parameters: list[Parameter] = []
    no_parameters: Yes | None = None
    people: list[UserName]
    incident: bool
    incident_text: Note | None = None
    rule_breach: bool


class WorkFinished(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The work by the plan is done; the trial run follows (R-2.3.3-b)."""

    finished_at: Instant
    labour_h: Quantity
    removed_parts_handled: bool
    photo_exempt_reason: Note | None = None


class Measurement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A dimension of a part of the trial run against its drawing."""

    dimension: Short
    nominal: Measured
    tol_lo: Measured
    tol_hi: Measured
    actual: Measured
    unit: Short


class Defect(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A defect that the trial run was to show or to show gone."""

    text: Note
    cavity: Short | None = None
    gone: bool


class TrialRunRecorded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mould ran under the customer's eyes; shots, parts, dimensions and the result (R-2.3.4-a)."""

    trial_no: Annotated[int, SET_BY_SERVICE] = 0
    kind: TrialKind
    started_at: Instant
    ended_at: Instant
    press: Note | None = None
    material: Note | None = None
    shots: Positive
    parts_per_shot: Positive
    active_cavities: Positive | None = None
    good_qty: Count
    reject_qty: Count
    cycle_time_s: Quantity | None = None
    parameters: list[Parameter] = []
    no_parameters: Yes | None = None
    measurements: list[Measurement] = []
    defects: list[Defect] = []
    result: TrialResult
    problem_gone: bool
    mould_normal: bool
    remaining: Note | None = None


class ServiceVerified(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The problem is solved: by the customer's signature on site or proven word from afar (R-2.3.4-b), or by a
    supervisor's decision where the customer stays silent (`unsigned`)."""

    mode: VerificationMode
    trial_event_id: EventId | None = None
    accepts_content: bool | None = None
    accepts_effect: bool | None = None
    signature: Signature | None = None
    confirmation: Confirmation | None = None
    unsigned: Yes | None = None
    reason: Note | None = None
    requests: Annotated[int, SET_BY_SERVICE] = 0


class TechnicianDeparted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Our people left the customer's; an unsolved problem only by permission (B-23)."""

    people: list[UserName] = []
    permission_by: PersonName | None = None


class TechnicianReturned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Our people are back; the time to hand in the papers begins (R-2.4.2-a)."""

    people: list[UserName] = []


class RootCause(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What caused the problem."""

    category: Cause
    text: Note


class OpenIssue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is left to do, by whom and until when."""

    text: Note
    owner: FreeShort
    due_at: Instant


class CompletionReportSubmitted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer was handed the report of the service (R-2.4.1-a)."""

    form: ReportForm
    service_content: Long
    measures: Long
    root_cause: RootCause
    liability: Liability
    parts_replaced: list[ReplacedPart] = []
    no_parts_replaced: Yes | None = None
    open_issues: list[OpenIssue] = []
    no_open_issues: Yes | None = None
    usage_advice: Note
    delivered_to: PersonName
    delivered_via: Channel
    doc_hash: DocumentHash


class CustomerEvaluated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer rated process, result and attitude, and signed or confirmed it (R-2.4.1-b)."""

    process: Score
    result: Score
    attitude: Score
    timeliness: Score | None = None
    comment: Long | None = None
    evaluated_by: PersonName
    signature: Signature | None = None
    confirmation: Confirmation | None = None
