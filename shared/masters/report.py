"""What is known of a quality report: its draft, the review, and whether it is out (R-2.5.2-a, -b)."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from shared.events.catalogue import ReportEvent
from shared.events.envelope import Meta, person_of_record
from shared.events.report import QualityReportDrafted, QualityReportIssued, QualityReportReviewed


class Report(Struct, frozen=True):
    """A report; `draft` None: nothing has happened. `author` may neither review nor issue it."""

    draft: QualityReportDrafted | None = None
    author: str = ""
    review: QualityReportReviewed | None = None
    is_issued: bool = False

    @property
    def standing(self) -> str:
        """Where the report stands, in one word."""
        if self.is_issued:
            return "ISSUED"
        return "DRAFTED" if self.review is None else "REVIEWED"


def fold(report: Report, event: ReportEvent, meta: Meta) -> Report:
    """The report after one more event."""
    match event:
        case QualityReportDrafted():
            return Report(event, person_of_record(meta))
        case QualityReportReviewed():
            return replace(report, review=event)
        case QualityReportIssued():
            return replace(report, is_issued=True)
        case _:
            assert_never(event)
