"""How events change what clocks measure: the table says which begin and end a run, here it is carried out.

Times are those at which things happened, whenever they were recorded.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from shared.case.clock_table import BACK, CLOCKS, CONTACTS, MOVING, TERMS, WITHOUT_SERVICE, ClockRow
from shared.case.facts.timing import Mark, Run, Terms, TimingFacts
from shared.case.state import Case, is_return, request_of, urgency_of
from shared.case.timing_runs import Runs, begun, contacted, ended, mark_of, with_open
from shared.events.envelope import Meta
from shared.events.vocabulary import ClockName, ServiceMode, VerificationMode


def fold(case: Case, event: Any, meta: Meta) -> TimingFacts:
    """What clocks measure after one more event; `case` is the case after it in all else."""
    facts = case.timing
    if meta.type not in MOVING:
        return facts
    facts = _marked(facts, event, meta)
    runs = facts.runs
    for row in _ROWS.get(meta.type, ()):
        runs = begun(ended(runs, row, event, meta), row, event, meta)
    if (change := _CHANGES.get(meta.type)) is not None:
        runs = change(runs, facts, case, event, meta)
    if meta.type in CONTACTS and getattr(event, "delivered", None) is not False:
        is_open = case.dispatch.verification is None
        runs = contacted(runs, mark_of(meta, event, CONTACTS[meta.type]), meta.cycle, goes_on=is_open)
    terms = _terms(facts.terms, case, event, meta) if meta.type in TERMS else facts.terms
    if runs is facts.runs and terms is facts.terms:
        return facts
    return replace(facts, runs=runs, terms=terms)


def _rows() -> dict[str, tuple[ClockRow, ...]]:
    events = {event for row in CLOCKS for event in row.events | WITHOUT_SERVICE}
    return {event: tuple(row for row in CLOCKS if event in row.events | WITHOUT_SERVICE) for event in events}


_ROWS = _rows()


def _marked(facts: TimingFacts, event: Any, meta: Meta) -> TimingFacts:
    """The marks of events that later ones look back to."""
    if (name := _MARKS.get(meta.type)) is None:
        return facts
    if meta.type == "CaseReopened":
        return replace(facts, evaluated=None, returned=None, ended=None)
    return replace(facts, **{name: mark_of(meta, event, "")})


_MARKS = {
    "FeedbackReceived": "reported",
    "CustomerEvaluated": "evaluated",
    "EvaluationDeclined": "evaluated",
    "TechnicianReturned": "returned",
    "CaseReopened": "",
    **dict.fromkeys(WITHOUT_SERVICE, "ended"),
}
Change = Callable[[Runs, TimingFacts, Case, Any, Meta], Runs]


def _received(runs: Runs, facts: TimingFacts, case: Case, event: Any, meta: Meta) -> Runs:
    """The earliest arrival of the report, or of one that was the same, keeps the clocks (R-2.1.1-b, B-33)."""
    reported, report = facts.reported, case.intake.report
    if reported is None or report is None:
        return runs
    received = [replace(reported, at=report.received_at)]
    relayed = [replace(reported, at=report.relay_received_at)] if report.relay_received_at is not None else []
    for one in case.intake.absorbed:
        received.append(Mark(one.received_at, one.event_id, one.recorded_at))
        if one.relay_received_at is not None:
            relayed.append(Mark(one.relay_received_at, one.event_id, one.recorded_at))
    heard, known = min(received, key=_at), min((*received, *relayed), key=_at)
    return tuple(
        replace(run, start=known, day=report.arrived_on)
        if run.clock is ClockName.FIRST_RESPONSE and run.cycle == 1
        else replace(run, start=heard)
        if run.clock in (ClockName.TRIAGE, ClockName.RESOLUTION) and run.cycle == 1
        else run
        for run in runs
    )


def _at(mark: Mark) -> Any:
    return mark.at


def _archivable(runs: Runs, facts: TimingFacts, case: Case, event: Any, meta: Meta) -> Runs:
    """From the later of the evaluation and the return of everybody who was away; from afar from the evaluation."""
    is_away = any(stay.returned_at is None for stay in case.dispatch.stays)
    if facts.evaluated is None or is_away or any(_is_archive(run, meta.cycle) for run in runs):
        return runs
    verified = case.dispatch.verification
    is_visit = verified is not None and verified.mode is VerificationMode.ONSITE and not is_return(case)
    marks = [facts.evaluated, *([facts.returned] if is_visit and facts.returned is not None else [])]
    return (*runs, Run(ClockName.ARCHIVE, "", meta.cycle, max(marks, key=_at)))


def _is_archive(run: Run, cycle: int) -> bool:
    return run.clock is ClockName.ARCHIVE and run.cycle == cycle


def _taken_back(runs: Runs, facts: TimingFacts, case: Case, event: Any, meta: Meta) -> Runs:
    """What fell away when the case ended runs on as if it had never been away."""
    ended = facts.ended.event_id if facts.ended is not None else ""
    return tuple(
        replace(run, stop=None, is_withdrawn=False)
        if run.is_withdrawn and run.stop is not None and run.stop.event_id == ended
        else run
        for run in runs
    )


def _called_back(runs: Runs, facts: TimingFacts, case: Case, event: Any, meta: Meta) -> Runs:
    """A call-back that was just scheduled counts from the verification and is due when the event says."""
    verified = [run.stop for run in runs if run.clock is ClockName.RESOLUTION and run.cycle == meta.cycle]
    start = verified[-1] if verified and verified[-1] is not None else runs[-1].start
    return (*runs[:-1], replace(runs[-1], start=start, due_at=event.due_at))


def _sent(runs: Runs, facts: TimingFacts, case: Case, event: Any, meta: Meta) -> Runs:
    """How far away the site is, and until when a mould at our factory was promised."""
    request = request_of(case)
    zone = request.zone if request is not None else None
    runs = with_open(runs, ClockName.ARRIVAL, lambda run: replace(run, zone=zone))
    return _agreed(runs, facts, case, event, meta)


def _agreed(runs: Runs, facts: TimingFacts, case: Case, event: Any, meta: Meta) -> Runs:
    """A date that the customer agreed to stands beside the policy's."""
    if event.agreed_until is None:
        return runs
    return with_open(runs, ClockName.RESOLUTION, lambda run: replace(run, agreed_until=event.agreed_until))


_CHANGES: dict[str, Change] = {
    "FeedbackReceived": _received,
    "DuplicateAbsorbed": _received,
    "DuplicateReleased": _received,
    "CustomerEvaluated": _archivable,
    "EvaluationDeclined": _archivable,
    "TechnicianReturned": _archivable,
    "CallbackScheduled": _called_back,
    "OnsiteApproved": _sent,
    "PlanAgreed": _agreed,
    **dict.fromkeys(BACK, _taken_back),
}
"""What the table cannot say of an event."""


def _terms(terms: tuple[Terms, ...], case: Case, event: Any, meta: Meta) -> tuple[Terms, ...]:
    """What the clocks are measured by from now on, where that differs from before."""
    report, before = case.intake.report, terms[-1] if terms else None
    if report is None:
        return terms
    is_served_here = before is not None and before.is_return and before.cycle == meta.cycle
    if meta.type == "OnsiteApproved":
        request = request_of(case)
        is_served_here = request is not None and request.mode is ServiceMode.RETURN
    elif meta.type == "OnsiteWithdrawn":
        is_served_here = False
    after = Terms(
        mark_of(meta, event, ""),
        meta.type,
        meta.cycle,
        urgency_of(case),
        report.policy_version,
        report.calendar_version,
        is_served_here,
    )
    if before is not None and replace(after, since=before.since, cause=before.cause) == before:
        return terms
    return (*terms, after)
