"""The stage analytics as one value; nothing else of it may be imported from outside."""

from services.analytics.commands import COMMANDS
from services.analytics.projections.log import LOG
from services.analytics.projections.quality_metrics import QUALITY_METRICS
from services.analytics.reads.events import events
from services.analytics.reads.metrics import DIMENSIONS, bounds, metrics
from shared.runtime.stage import Stage

__all__ = ["DIMENSIONS", "STAGE", "bounds"]

STAGE = Stage("analytics", COMMANDS, projections=(QUALITY_METRICS, LOG), reads={"metrics": metrics, "events": events})
