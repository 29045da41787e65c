"""The stage analytics as one value; nothing else of it may be imported from outside."""

from services.analytics.projections.log import LOG
from services.analytics.projections.quality_metrics import QUALITY_METRICS
from shared.runtime.stage import Stage

STAGE = Stage("analytics", projections=(QUALITY_METRICS, LOG))
