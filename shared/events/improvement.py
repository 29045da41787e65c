"""Facts of an improvement: found, planned, done, verified, closed (R-2.5.2-c)."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import CaseId, FileRef, Instant, Long, Measured, Note, UserName
from shared.events.vocabulary import Department, ImprovementSource

MetricId = Annotated[str, Meta(extra_json_schema={"pattern": r"^M-[0-9]{2}$"})]


class ImprovementOpened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something is to be made better, with the cases that show it (R-1.3-a)."""

    source: ImprovementSource
    finding: Note
    evidence_cases: list[CaseId]
    department: Department


class ImprovementPlanned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What will be done by whom until when, and the figure that is to move, on sister moulds too (R-2.5.2-c)."""

    measure: Long
    owner: UserName
    due_at: Instant
    target_metric: MetricId
    baseline: Measured
    target: Measured
    horizontal_check: Note


class ImprovementActionDone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The measure was carried out."""

    done_at: Instant
    evidence: list[FileRef]


class ImprovementVerified(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figure was looked at again by somebody else: it moved, or not."""

    observed: Measured
    effective: bool


class ImprovementClosed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It worked; nothing more is to be done."""

    reason: Note


class ImprovementRejected(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing will be done, for this reason."""

    reason: Note


class ImprovementReopened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figure fell back."""

    reason: Note
    observed: Measured | None = None
