"""A case as one flat line: what lists show of it. The same line stands in the list of now and in the history."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.case.state import Case, fault_code_of, report_of, urgency_of
from shared.events.case.intake import FeedbackReceived, SuppliedFields
from shared.events.shapes import Unknown
from shared.events.vocabulary import CallbackResult, CaseKind
from shared.projections.standing import Standing
from shared.projections.waiting import level_of, waiting_level

PROMPTLY = 15 * 60
"""Seconds from receiving to recording; more is recorded late (R-2.1.2-c)."""


class CaseLine(Struct, frozen=True):
    """Where a case stood after one of its events. What is unknown is None; `missing` names what was stated so."""

    aggregate_id: str
    version: int
    sequence: int
    state: str
    cycle: int
    case_kind: str
    urgency: str
    is_classified: bool
    customer_id: str | None
    customer_name: str | None
    contact_id: str
    mould_id: str | None
    mould_no: str | None
    mould_name: str | None
    mould_kind: str | None
    order_no: str | None
    problem_type: str | None
    fault_code: str | None
    scope: str | None
    channel: str
    production_status: str | None
    received_at: datetime
    fault_at: datetime | None
    registered_by: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    missing: list[str]
    flags: list[str]
    escalation_level: int
    policy_version: int
    warranty_verdict: str | None
    charge: str | None
    technicians: list[str]
    visit_at: datetime | None
    verified_at: datetime | None
    verified_mode: str | None
    archive_no: str | None
    next_clock: str | None
    next_due_at: datetime | None
    origin: str
    updated_at: datetime


def line_of(standing: Standing) -> CaseLine:
    """The line of a case as it stands."""
    case: Case = standing.state
    report, intake, triage, dispatch = report_of(case), case.intake, case.triage, case.dispatch
    missing = [name for name in SuppliedFields.__struct_fields__ if isinstance(getattr(report, name), Unknown)]
    next_clock, next_due_at = _next_deadline(standing)
    warranty, verification = triage.warranty, dispatch.verification
    return CaseLine(
        aggregate_id=standing.aggregate_id,
        version=standing.version,
        sequence=standing.sequence,
        state=str(case.state),
        cycle=case.cycle,
        case_kind=report.case_kind.value,
        urgency=urgency_of(case).value,
        is_classified=triage.urgency is not None,
        customer_id=report.customer_id,
        customer_name=_known(report.customer_name),
        contact_id=report.contact_id,
        mould_id=report.mould_id,
        mould_no=_known(report.mould_no),
        mould_name=report.mould_name,
        mould_kind=_known(report.mould_kind),
        order_no=_known(report.order_no),
        problem_type=_known(triage.problem_type),
        fault_code=fault_code_of(case),
        scope=_known(report.scope),
        channel=report.channel.value,
        production_status=_known(report.production_status),
        received_at=report.received_at,
        fault_at=_known(report.fault_at),
        registered_by=intake.registered_by,
        acknowledged_at=intake.acknowledged_at,
        acknowledged_by=intake.acknowledged_by or None,
        missing=missing,
        flags=sorted(_flags(case, report, standing, missing)),
        escalation_level=level_of(standing),
        policy_version=report.policy_version,
        warranty_verdict=warranty.verdict.value if warranty is not None else None,
        charge=warranty.charge.value if warranty is not None else None,
        technicians=list(dispatch.technicians),
        visit_at=dispatch.visit_at,
        verified_at=verification.verified_at if verification is not None else None,
        verified_mode=verification.mode.value if verification is not None else None,
        archive_no=case.followup.archive_no or None,
        next_clock=next_clock,
        next_due_at=next_due_at,
        origin=intake.origin,
        updated_at=standing.recorded_at,
    )


def _known(value: Any) -> Any:
    if value is None or isinstance(value, Unknown):
        return None
    return getattr(value, "value", value)


def _next_deadline(standing: Standing) -> tuple[str | None, datetime | None]:
    """The clock that still runs, and does not stand still, and is due first."""
    clocks = (line.clock for line, _ in standing.clocks)
    running = [(one.due_at, one.name.value) for one in clocks if one.stopped_at is None and one.paused_since is None]
    due_at, clock = min(running, default=(None, None))
    return clock, due_at


def _flags(case: Case, report: FeedbackReceived, standing: Standing, missing: list[str]) -> Iterator[str]:
    """What to look at, in one word each; recorded late is more than 15 minutes after receiving (R-2.1.2-c)."""
    recorded_at = case.intake.recorded_at
    if report.case_kind is CaseKind.COMPLAINT:
        yield "COMPLAINT"
    if missing:
        yield "INFO_MISSING"
    if (
        recorded_at is not None
        and case.intake.origin != "import"
        and (recorded_at - report.received_at).total_seconds() > PROMPTLY
    ):
        yield "RECORDED_LATE"
    if report.safety_risk is True:
        yield "SAFETY_RISK"
    if case.dispatch.report is not None and case.dispatch.report.open_issues:
        yield "OPEN_ISSUES"
    if any(one.result is CallbackResult.DISSATISFIED for one in case.followup.callbacks):
        yield "DISSATISFIED"
    if level := waiting_level(standing):
        yield f"ESCALATED_L{level}"
    yield from {f"BREACH_{line.clock.name}" for line, _ in standing.clocks if line.is_breached}
