"""quality_metrics: what each case contributes to the figures, once for every time that it changed.

Rows are only ever added, so that a figure can be asked as it was known at any position: of each case the newest row up
to there counts. Sums are made when they are asked for, so a case that is folded again heals its figures too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from shared.case.state import Case, fault_code_of, mould_kind_of, report_of, urgency_of
from shared.events.envelope import Recorded
from shared.events.vocabulary import ClockName
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change, Standing


class Contribution(Struct, frozen=True):
    """What was known of a case from one recording on. `minutes` of natural time; scores from 1 to 5.

    `asked_at` is when the customer was handed the report to evaluate; `final_score` that of the last call-back.
    """

    aggregate_id: str
    version: int
    sequence: int
    recorded_at: datetime
    received_at: datetime
    acknowledged_at: datetime | None
    minutes: float | None
    urgency: str
    mould_kind: str | None
    mould_id: str | None
    mould_no: str | None
    customer_id: str | None
    customer_name: str | None
    channel: str
    fault_code: str | None
    verified_at: datetime | None
    asked_at: datetime | None
    process: int | None
    result: int | None
    attitude: int | None
    timeliness: int | None
    final_score: int | None
    origin: str


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[Contribution]:
    """A row when the event changed what the case contributes."""
    after = change.after
    content = after.once(_content)
    if change.before is not None and change.before.once(_content) == content:
        return ()
    return (Contribution(after.aggregate_id, after.version, after.sequence, after.recorded_at, *content),)


def _content(standing: Standing) -> tuple[Any, ...]:
    case: Case = standing.state
    report, dispatch = report_of(case), case.dispatch
    acknowledged_at, minutes = _first_response(standing)
    kind = mould_kind_of(case)
    return (
        report.received_at,
        acknowledged_at,
        minutes,
        urgency_of(case).value,
        kind.value if kind is not None else None,
        report.mould_id,
        report.mould_no if isinstance(report.mould_no, str) else None,
        report.customer_id,
        report.customer_name if isinstance(report.customer_name, str) else None,
        report.channel.value,
        fault_code_of(case),
        dispatch.verification.verified_at if dispatch.verification is not None else None,
        dispatch.report.submitted_at if dispatch.report is not None else None,
        *(astuple(dispatch.evaluation)[1:] if dispatch.evaluation is not None else (None,) * 4),
        _final_score(case),
        case.intake.origin,
    )


def _first_response(standing: Standing) -> tuple[datetime | None, float | None]:
    """When the report was answered, and after how many minutes; a later cycle's answer is another one."""
    case: Case = standing.state
    run = next((one for one in case.timing.runs if one.clock is ClockName.FIRST_RESPONSE), None)
    if run is None or run.stop is None or run.is_withdrawn:
        return None, None
    clock = next((line.clock for line, _ in standing.clocks if line.clock.name is ClockName.FIRST_RESPONSE), None)
    started_at = clock.started_at if clock is not None else run.start.at
    return run.stop.at, (run.stop.at - started_at).total_seconds() / 60


def _final_score(case: Case) -> int | None:
    done = [(one.done_at, one.score) for one in case.followup.callbacks if one.done_at is not None]
    return max(done)[1] if done else None


QUALITY_METRICS = Projection(
    name="quality_metrics",
    version=4,
    kinds=frozenset({"case"}),
    row=Contribution,
    key=("aggregate_id", "version"),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    recorded_at timestamptz not null,
    received_at timestamptz not null,
    acknowledged_at timestamptz,
    minutes double precision,
    urgency text not null,
    mould_kind text,
    mould_id text,
    mould_no text,
    customer_id text,
    customer_name text,
    channel text not null,
    fault_code text,
    verified_at timestamptz,
    asked_at timestamptz,
    process integer,
    result integer,
    attitude integer,
    timeliness integer,
    final_score integer,
    origin text not null)""",
    indexes=("create index on {table} (received_at, aggregate_id)",),
    apply=apply,
    folds=True,
    appends=True,
    module=__name__,
)
