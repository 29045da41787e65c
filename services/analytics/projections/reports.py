"""reports: quality reports by period, who wrote each, and whether it was reviewed and issued (R-2.5.2-a, -b)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.events.envelope import Recorded
from shared.masters.report import Report
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change


class ReportRow(Struct, frozen=True):
    """A report: `standing` is DRAFTED, REVIEWED or ISSUED; figures and findings stand in its events."""

    aggregate_id: str
    version: int
    sequence: int
    standing: str
    period: str
    cut_off_position: int
    author: str
    meeting_at: datetime | None
    participants: list[str]
    findings: int
    updated_at: datetime


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[ReportRow]:
    """The report as it stands; one that was never drafted has no row."""
    after, report = change.after, change.after.state
    assert isinstance(report, Report)
    if report.draft is None:
        return ()
    review = report.review
    row = ReportRow(
        after.aggregate_id,
        after.version,
        after.sequence,
        report.standing,
        report.draft.period,
        report.draft.cut_off_position,
        report.author,
        review.meeting_at if review is not None else None,
        review.participants if review is not None else [],
        len(review.findings) if review is not None else 0,
        after.recorded_at,
    )
    return (row,)


REPORTS = Projection(
    name="reports",
    version=1,
    kinds=frozenset({"report"}),
    row=ReportRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    standing text not null,
    period text not null,
    cut_off_position bigint not null,
    author text not null,
    meeting_at timestamptz,
    participants text[] not null,
    findings integer not null,
    updated_at timestamptz not null)""",
    apply=apply,
    folds=True,
    module=__name__,
)
