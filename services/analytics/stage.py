"""The stage analytics as one value; nothing else of it may be imported from outside."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.analytics.commands import COMMANDS
from services.analytics.policies import POLICIES
from services.analytics.projections.improvements import IMPROVEMENTS
from services.analytics.projections.log import LOG
from services.analytics.projections.quality_metrics import QUALITY_METRICS
from services.analytics.projections.record_text import RECORD_TEXT
from services.analytics.projections.reports import REPORTS
from services.analytics.reads.events import events
from services.analytics.reads.metrics import DIMENSIONS, bounds, metrics
from services.analytics.reads.records import findings, opened_record, raised_improvements
from shared.projections.register import finder, lister, of_improvements, of_reports
from shared.runtime.stage import Stage

__all__ = ["DIMENSIONS", "STAGE", "bounds"]

READS: dict[str, Callable[..., Awaitable[Any]]] = {
    "metrics": metrics,
    "events": events,
    "improvements": lister(IMPROVEMENTS, of_improvements),
    "improvement": finder(IMPROVEMENTS, of_improvements),
    "reports": lister(REPORTS, of_reports),
    "report": finder(REPORTS, of_reports),
    "opened_record": opened_record,
    "findings": findings,
    "raised_improvements": raised_improvements,
}
STAGE = Stage(
    "analytics",
    COMMANDS,
    projections=(QUALITY_METRICS, LOG, IMPROVEMENTS, REPORTS, RECORD_TEXT),
    reads=READS,
    policies=POLICIES,
)
