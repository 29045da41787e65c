"""The rules of quality reports. Pure: drafted of a period that is over, reviewed and issued by others (R-2.5.2-b)."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.clocks.clock import COMPANY_ZONE
from shared.events.report import Finding, QualityReportDrafted, QualityReportIssued, QualityReportReviewed
from shared.masters.report import Report
from shared.rules.acting import deciders, our_people, refuse
from shared.rules.fields import filled, listed_once, or_none
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order


def end_of(period: str) -> datetime:
    """The first instant after a year `2026`, a quarter `2026-Q3` or a month `2026-10` in the company's zone."""
    year, _, part = period.partition("-")
    months = 12 if not part else int(part[1]) * 3 if part.startswith("Q") else int(part)
    return datetime(int(year) + months // 12, months % 12 + 1, 1, tzinfo=COMPANY_ZONE)


def check_draft(order: Order, report: Report, known: Known) -> Iterator[Fault]:
    """The period is over, and nobody has reported on it (R-2.5.2-a)."""
    draft: QualityReportDrafted = order.draft
    if report.draft is not None:
        yield Fault("V-TIME", "period_reported", "period", {"name": report.draft.period})
    elif draft.period is not None and end_of(draft.period) > order.at:
        yield Fault("V-TIME", "period_not_over", "period", {"name": draft.period})


def draft_report(order: Order, report: Report, known: Known) -> QualityReportDrafted:
    """The report as its author has it."""
    draft: QualityReportDrafted = order.draft
    return draft


def check_review(order: Order, report: Report, known: Known) -> Iterator[Fault]:
    """People of ours, and each finding with a measure or a reason for none (R-2.5.2-b)."""
    draft: QualityReportReviewed = order.draft
    yield from not_ahead(order, "meeting_at")
    yield from filled(draft, "participants", "findings")
    yield from listed_once(draft.participants, "participants[{}]")
    yield from our_people(known, draft.participants or [], "participants[{}]")
    for index, finding in enumerate(draft.findings or ()):
        yield from _answered(finding, f"findings[{index}]")


def _answered(finding: Finding, field: str) -> Iterator[Fault]:
    if finding.measure is None and finding.no_action is None:
        yield Fault("V-REQ", "or_none_needed", f"{field}.measure", {"other": "no_action"})
    if finding.measure is not None and finding.no_action is not None:
        yield Fault("V-FMT", "given_and_denied", f"{field}.no_action", {"other": "measure"})
    if not finding.departments:
        yield Fault("V-REQ", "missing", f"{field}.departments")


def review_report(order: Order, report: Report, known: Known) -> QualityReportReviewed:
    """The draft was discussed; again until it is issued."""
    draft: QualityReportReviewed = order.draft
    refuse(_standing(report, "DRAFTED", "REVIEWED"))
    refuse(_by_another(order, report))
    return draft


def check_issue(order: Order, report: Report, known: Known) -> Iterator[Fault]:
    """The improvements that it asks for, or that there are none."""
    yield from or_none(order.draft, "measures")


def issue_report(order: Order, report: Report, known: Known) -> QualityReportIssued:
    """What was reviewed goes out, as it was drafted."""
    draft: QualityReportIssued = order.draft
    refuse(_standing(report, "REVIEWED"))
    refuse(_by_another(order, report))
    if report.draft is None or report.review is None:
        return draft
    return msgspec.structs.replace(
        draft,
        period=report.draft.period,
        cut_off_position=report.draft.cut_off_position,
        figures=report.draft.figures,
        findings=report.review.findings,
    )


def _standing(report: Report, *allowed: str) -> Iterator[Fault]:
    if report.standing not in allowed:
        yield Fault("S-STATE", "wrong_state", values={"state": report.standing})


def _by_another(order: Order, report: Report) -> Iterator[Fault]:
    if report.author in deciders(order):
        yield Fault("A-SELF", "own_report")
