"""A case as one flat line: what lists show of it. The same line stands in the list of now and in the history."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.case.lifecycle import transition
from shared.clocks.clock import due, response_start, target_of
from shared.events.case.followup import SlaBreached
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.case.triage import Classified
from shared.events.envelope import Meta, Recorded
from shared.events.policy import SlaContent
from shared.events.shapes import Unknown
from shared.events.vocabulary import CaseKind, CaseState, ClockName, Urgency

PROMPTLY = 15 * 60
"""Seconds from receiving to recording; more is recorded late (R-2.1.2-c)."""
MAY_BE_UNKNOWN = (
    "customer_name",
    "contact_name",
    "contact_email",
    "mould_no",
    "mould_model",
    "mould_spec",
    "mould_kind",
    "order_no",
    "scope",
    "problem_description",
    "fault_at",
    "production_status",
    "claimed_urgency",
    "safety_risk",
)


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
    policy_version: int
    response_from: datetime
    next_clock: str | None
    next_due_at: datetime | None
    origin: str
    updated_at: datetime


def opened(recorded: Recorded, event: FeedbackReceived, levels: SlaContent | None) -> CaseLine:
    """The line of a case that was just registered."""
    meta = recorded.meta
    urgency = event.claimed_urgency if isinstance(event.claimed_urgency, Urgency) else Urgency.NORMAL
    missing = [name for name in MAY_BE_UNKNOWN if isinstance(getattr(event, name), Unknown)]
    line = CaseLine(
        aggregate_id=recorded.aggregate_id,
        version=meta.version,
        sequence=recorded.sequence,
        state=CaseState.RECEIVED.value,
        cycle=meta.cycle,
        case_kind=event.case_kind.value,
        urgency=urgency.value,
        is_classified=False,
        customer_id=event.customer_id,
        customer_name=_known(event.customer_name),
        contact_id=event.contact_id,
        mould_id=event.mould_id,
        mould_no=_known(event.mould_no),
        mould_name=event.mould_name,
        mould_kind=_known(event.mould_kind),
        order_no=_known(event.order_no),
        problem_type=None,
        fault_code=None,
        scope=_known(event.scope),
        channel=event.channel.value,
        production_status=_known(event.production_status),
        received_at=event.received_at,
        fault_at=_known(event.fault_at),
        registered_by=meta.actor,
        acknowledged_at=None,
        acknowledged_by=None,
        missing=missing,
        flags=_flags(event, meta, missing),
        policy_version=event.policy_version,
        response_from=response_start(event),
        next_clock=None,
        next_due_at=None,
        origin=meta.origin,
        updated_at=meta.recorded_at,
    )
    return _with_deadline(line, levels)


def after(line: CaseLine, recorded: Recorded, event: Any, levels: SlaContent | None) -> CaseLine:
    """The line after one more event of the case; events that lists do not show only move its state."""
    meta = recorded.meta
    row = transition(meta.type, CaseState(line.state), event)
    state = row.to.value if row is not None and row.to is not None else line.state
    line = replace(
        line,
        version=meta.version,
        sequence=recorded.sequence,
        state=state,
        cycle=meta.cycle,
        updated_at=meta.recorded_at,
    )
    match event:
        case InfoSupplemented():
            line = _supplemented(line, event)
        case CaseAcknowledged():
            line = replace(line, acknowledged_at=event.ack_at, acknowledged_by=meta.actor)
        case Classified():
            line = _classified(line, event)
        case SlaBreached():
            line = _flagged(line, f"BREACH_{event.clock.value}")
    return _with_deadline(line, levels)


def _known(value: Any) -> Any:
    if value is None or isinstance(value, Unknown):
        return None
    return getattr(value, "value", value)


def _flags(event: FeedbackReceived, meta: Meta, missing: list[str]) -> list[str]:
    is_late = (meta.recorded_at - event.received_at).total_seconds() > PROMPTLY and meta.origin != "import"
    marks = {
        "COMPLAINT": event.case_kind is CaseKind.COMPLAINT,
        "INFO_MISSING": bool(missing),
        "RECORDED_LATE": is_late,
        "SAFETY_RISK": event.safety_risk is True,
    }
    return [name for name, holds in marks.items() if holds]


def _flagged(line: CaseLine, flag: str) -> CaseLine:
    return replace(line, flags=sorted({*line.flags, flag}))


def _supplemented(line: CaseLine, event: InfoSupplemented) -> CaseLine:
    given = {name: value for name in MAY_BE_UNKNOWN if (value := getattr(event.fields, name)) is not None}
    missing = [name for name in line.missing if name not in given]
    flags = {flag for flag in line.flags if flag != "INFO_MISSING" or missing}
    if given.get("safety_risk") is True:
        flags.add("SAFETY_RISK")
    shown = ("customer_name", "mould_no", "mould_kind", "order_no", "scope", "fault_at", "production_status")
    changes: dict[str, Any] = {name: _known(given[name]) for name in shown if name in given}
    if "claimed_urgency" in given and not line.is_classified:
        changes["urgency"] = _known(given["claimed_urgency"])
    for name in ("customer_id", "mould_id"):
        if (value := getattr(event, name)) is not None:
            changes[name] = value
    return replace(line, missing=missing, flags=sorted(flags), **changes)


def _classified(line: CaseLine, event: Classified) -> CaseLine:
    given = {
        name: _known(value)
        for name in ("scope", "mould_kind", "mould_id")
        if (value := getattr(event, name)) is not None
    }
    return replace(
        line,
        urgency=event.urgency.value,
        is_classified=True,
        problem_type=event.problem_type.value,
        fault_code=event.fault_code,
        **given,
    )


def _with_deadline(line: CaseLine, levels: SlaContent | None) -> CaseLine:
    """The next clock that still runs, under the version of the policy that the case began with."""
    target = None
    if levels is not None and line.acknowledged_at is None:
        target = target_of(levels, ClockName.FIRST_RESPONSE, Urgency(line.urgency))
    if target is None:
        return replace(line, next_clock=None, next_due_at=None) if line.next_clock is not None else line
    return replace(line, next_clock=ClockName.FIRST_RESPONSE.value, next_due_at=due(line.response_from, target))


def next_line(
    line: CaseLine | None, recorded: Recorded, event: Any, levels_of: Callable[[int], SlaContent | None]
) -> CaseLine:
    """The line after an event. Raises: LookupError for an event of a case that was never registered."""
    if isinstance(event, FeedbackReceived):
        return opened(recorded, event, levels_of(event.policy_version))
    if line is None:
        raise LookupError("the case was never registered")
    return after(line, recorded, event, levels_of(line.policy_version))
