"""The ways that cases of a large desk take: most are helped from afar and closed, few need a visit, some wait.

Papers are mostly exempted with a reason, as a desk of that size does for small matters; so a case needs few events.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from services.command_line.sample_month import scripts
from services.command_line.sample_month.bodies import ending, intake, triage, visit
from services.command_line.sample_month.pace import soon, working
from services.command_line.sample_month.scripts import Step, script_of
from services.command_line.sample_month.tale import Body, Tale

Script = Callable[[Tale], Iterator[Step]]
_REMOTE_PAPERS = ("SERVICE_RECORD", "REMOTE_LOG", "COMPLETION")
_ONSITE_PAPERS = ("SERVICE_RECORD", "SITE_REPORT", "SIGNATURE", "PHOTO")


class Way(Struct, frozen=True):
    """One way: how many of a thousand cases take it, and the step after which they wait, None: none."""

    share: int
    script: Script
    is_onsite: bool
    waits_after: str | None = None


def archived_without_papers(tale: Tale, at: datetime) -> Body:
    """The file of a small matter: nothing attached, each missing paper with its reason."""
    kinds = _ONSITE_PAPERS if tale.given.is_onsite else _REMOTE_PAPERS
    reason = "小问题，处理记录已在系统内"
    items = [{"doc_type": kind, "present": False, "exemption": reason} for kind in kinds]
    return {"keeper": "specialist", "checklist": items, "nothing_reason": "常规处理，无需部门跟进"}


_RECEIVED = Step("received", soon(2, 9), "specialist", "RegisterFeedback", intake.reported)
_CLASSIFIED = Step("classified", working(15, 120), "specialist", "Classify", triage.classified)
_REQUESTED = Step("requested", working(15, 120), "specialist", "RequestOnsite", visit.requested)
_APPROVED = Step("approved", working(20, 160), "supervisor", "ApproveOnsite", visit.approved)
_ARCHIVED = Step("archived", working(10, 200), "specialist", "ArchiveCase", archived_without_papers)


def remote(tale: Tale) -> Iterator[Step]:
    """Help from afar (W2) without papers."""
    yield from (_RECEIVED, scripts.ACKNOWLEDGED, _CLASSIFIED, scripts.REMOTE_RESOLVED)
    yield from (*scripts.CONFIRMED, _ARCHIVED, scripts.WEEK)
    if tale.is_urgent:
        yield scripts.MONTH


def onsite(tale: Tale) -> Iterator[Step]:
    """Help on site (W1) without papers."""
    yield from (_RECEIVED, scripts.ACKNOWLEDGED, _CLASSIFIED, scripts.JUDGED[1], scripts.REMOTE_FAILED)
    yield from (_REQUESTED, _APPROVED, *scripts.PREPARED)
    documented = (*scripts.ARRIVED, *scripts.WORKED, *scripts.SIGNED)
    yield from (step for step in documented if step.body not in (ending.photo_before, ending.photo_after))
    yield from (_ARCHIVED, scripts.WEEK, scripts.MONTH)


WAYS = (
    Way(650, remote, is_onsite=False),
    Way(70, remote, is_onsite=False, waits_after="archived"),
    Way(15, script_of, is_onsite=False),
    Way(20, onsite, is_onsite=True),
    Way(10, script_of, is_onsite=True),
    Way(60, remote, is_onsite=False, waits_after="received"),
    Way(50, remote, is_onsite=False, waits_after="acknowledged"),
    Way(60, remote, is_onsite=False, waits_after="classified"),
    Way(15, remote, is_onsite=False, waits_after="remote_resolved"),
    Way(10, remote, is_onsite=False, waits_after="verified"),
    Way(10, remote, is_onsite=False, waits_after="evaluated"),
    Way(6, onsite, is_onsite=True, waits_after="remote_failed"),
    Way(4, onsite, is_onsite=True, waits_after="requested"),
    Way(4, onsite, is_onsite=True, waits_after="confirmed"),
    Way(4, onsite, is_onsite=True, waits_after="prepared"),
    Way(4, onsite, is_onsite=True, waits_after="planned"),
    Way(4, onsite, is_onsite=True, waits_after="agreed"),
    Way(4, onsite, is_onsite=True, waits_after="trial_passed"),
)
"""Shares add up to a thousand; among them is one way that ends in every state."""


def ways(count: int) -> list[Way]:
    """So many cases' ways by their shares, each way at least once, spread evenly."""
    wanted = {place: max(1, round(way.share * count / 1000)) for place, way in enumerate(WAYS)}
    turns = [((turn + 0.5) / many, place) for place, many in wanted.items() for turn in range(many)]
    return [WAYS[place] for _, place in sorted(turns)]
