"""What is known of a case: one sub-state per stage, each folded by that stage's own file, and questions to it."""

from datetime import datetime

from msgspec import Struct

from shared.case.facts.analytics import AnalyticsFacts
from shared.case.facts.dispatch import DispatchFacts, OnsiteRequest, Plan, Receipt, Stay, Training, Trial
from shared.case.facts.followup import FollowupFacts
from shared.case.facts.intake import IntakeFacts
from shared.case.facts.timing import TimingFacts
from shared.case.facts.triage import TriageFacts
from shared.events.case.intake import FeedbackReceived
from shared.events.shapes import Unknown
from shared.events.vocabulary import CaseState, MouldKind, Scope, ServiceMode, Urgency, VerificationMode


class Case(Struct, frozen=True):
    """One customer problem on one mould, as the log tells it. `state` None: nothing has happened yet."""

    state: CaseState | None = None
    cycle: int = 1
    intake: IntakeFacts = IntakeFacts()
    triage: TriageFacts = TriageFacts()
    dispatch: DispatchFacts = DispatchFacts()
    followup: FollowupFacts = FollowupFacts()
    analytics: AnalyticsFacts = AnalyticsFacts()
    timing: TimingFacts = TimingFacts()


def report_of(case: Case) -> FeedbackReceived:
    """The report that opened the case. Raises: LookupError when there is none."""
    if case.intake.report is None:
        raise LookupError("the case has no report")
    return case.intake.report


def is_known(value: object) -> bool:
    """Whether a field holds a value: neither absent nor stated as unknown."""
    return value is not None and not isinstance(value, Unknown)


def urgency_of(case: Case) -> Urgency:
    """The urgency that counts now: triage's, else the claimed one, else NORMAL (decision 1 of the norm's gaps)."""
    if case.triage.urgency is not None:
        return case.triage.urgency
    claimed = report_of(case).claimed_urgency
    return claimed if isinstance(claimed, Urgency) else Urgency.NORMAL


def scope_of(case: Case) -> Scope | None:
    """The kind of service asked for, None while unknown."""
    scope = report_of(case).scope
    return scope if isinstance(scope, Scope) else None


def mould_kind_of(case: Case) -> MouldKind | None:
    """The kind of mould, None while unknown."""
    kind = report_of(case).mould_kind
    return kind if isinstance(kind, MouldKind) else None


def fault_code_of(case: Case) -> str | None:
    """The fault that counts now: what was confirmed on site, else triage's."""
    return case.dispatch.fault_code or case.triage.fault_code


def request_of(case: Case) -> OnsiteRequest | None:
    """The newest request for a visit, None when nobody asked."""
    return case.dispatch.requests[-1] if case.dispatch.requests else None


def newest_plan(case: Case) -> Plan | None:
    """The plan that counts, None before the first."""
    return case.dispatch.plans[-1] if case.dispatch.plans else None


def stay_to_leave(case: Case) -> Stay | None:
    """The last stay at the customer's that somebody has not left, None when nobody is there."""
    return next((stay for stay in reversed(case.dispatch.stays) if stay.on_site), None)


def stay_to_return_from(case: Case) -> Stay | None:
    """The last stay that somebody left who is not back, None when nobody is under way."""
    return next((stay for stay in reversed(case.dispatch.stays) if stay.under_way), None)


def last_trial(case: Case) -> Trial | None:
    """The newest trial run, whatever was done since; None before the first."""
    return case.dispatch.trials[-1] if case.dispatch.trials else None


def trial_of_work(case: Case) -> Trial | None:
    """The last trial run since the work was finished, None when there is none."""
    return next((one for one in reversed(case.dispatch.trials) if one.event_id == case.dispatch.trial_id), None)


def training_of_work(case: Case) -> Training | None:
    """The last training since the work was finished, None when there is none."""
    return next((one for one in reversed(case.dispatch.trainings) if one.event_id == case.dispatch.training_id), None)


def is_sent(case: Case, user: str) -> bool:
    """Whether somebody is among the technicians who are sent."""
    return user in case.dispatch.technicians


def served_by(case: Case) -> frozenset[str]:
    """Everybody who is sent, was at the customer's, or worked on the mould."""
    facts = case.dispatch
    return frozenset(facts.technicians).union(facts.workers, *(stay.people for stay in facts.stays))


def was_onsite(case: Case) -> bool:
    """Whether the customer signed for the service on site; False for help from afar, and before either."""
    verified = case.dispatch.verification
    return verified is not None and verified.mode is VerificationMode.ONSITE


def mode_of(case: Case) -> ServiceMode | None:
    """Where the mould is served by the newest request of this cycle, None when nobody asked for a visit or a return."""
    request = request_of(case)
    return request.mode if request is not None and request.cycle == case.cycle else None


def is_return(case: Case) -> bool:
    """Whether the mould is to come to our factory, or is served there (B-07)."""
    return mode_of(case) is ServiceMode.RETURN


def mould_at_factory(case: Case) -> Receipt | None:
    """The mould that came and was not sent back, None when there is none here."""
    receipts = case.dispatch.receipts
    return receipts[-1] if receipts and receipts[-1].returned_at is None else None


def received_at_of(case: Case) -> datetime:
    """When the problem first reached us: in this case, or in one that it absorbed; a later cycle begins anew."""
    if case.intake.cycle_began_at is not None:
        return case.intake.cycle_began_at
    return min((report_of(case).received_at, *(one.received_at for one in case.intake.absorbed)))
