"""Facts of a quality report: drafted, reviewed in a meeting, issued (R-2.5.2-a, -b; B-38)."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from shared.events.shapes import SET_BY_SERVICE, CaseId, ImprovementId, Instant, Note, Positive, Short, UserName, Yes
from shared.events.vocabulary import Department

Period = Annotated[str, Meta(extra_json_schema={"pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$"})]
"""A year, a quarter or a month."""


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the figures show, by which cases, whom it concerns, and what is done or why nothing."""

    problem: Note
    evidence_cases: list[CaseId]
    departments: list[Department]
    measure: Note | None = None
    no_action: Note | None = None


class QualityReportDrafted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of a period as of a position of the log."""

    period: Period
    cut_off_position: Positive
    figures: Annotated[dict[str, Any], SET_BY_SERVICE] = {}
    comments: Note | None = None


class QualityReportReviewed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The draft was discussed by these people with these findings."""

    meeting_at: Instant
    participants: list[UserName]
    findings: list[Finding]
    comments: Note | None = None


class QualityReportIssued(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The report is out, with the improvements that it asks for."""

    measures: list[ImprovementId] = []
    no_measures: Yes | None = None
    period: Annotated[Short, SET_BY_SERVICE] = ""
    cut_off_position: Annotated[int, SET_BY_SERVICE] = 0
    figures: Annotated[dict[str, Any], SET_BY_SERVICE] = {}
    findings: Annotated[list[Finding], SET_BY_SERVICE] = []
