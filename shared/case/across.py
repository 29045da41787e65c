"""The few events that change what another stage knows, by type."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from shared.case import dispatch
from shared.case.facts.intake import IntakeFacts
from shared.case.state import Case
from shared.events.case.clocks import PolicyRebased
from shared.events.case.followup import CaseReopened
from shared.events.case.triage import CaseReassigned, Judgement
from shared.events.envelope import Meta


def _judged(case: Case, event: Judgement, meta: Meta) -> Case:
    """The report with what judging filled in: scope, kind of mould and mould, while they were unknown."""
    given = {name: value for name in ("scope", "mould_kind", "mould_id") if (value := getattr(event, name)) is not None}
    return replace(case, intake=_reported(case.intake, given))


def _reassigned(case: Case, event: CaseReassigned, meta: Meta) -> Case:
    return replace(case, intake=replace(case.intake, owner=event.to_person))


def _rebased(case: Case, event: PolicyRebased, meta: Meta) -> Case:
    """The versions that the case is measured by stand in its report."""
    versions = {"policy_version": event.policy_version, "calendar_version": event.calendar_version}
    return replace(case, intake=_reported(case.intake, versions))


def _reopened(case: Case, event: CaseReopened, meta: Meta) -> Case:
    """A new cycle: the first response is owed again, the service is open, and today's rules hold."""
    names = ("policy_version", "calendar_version", "vocabulary_version")
    versions = {name: value for name in names if (value := getattr(event, name))}
    intake = replace(
        _reported(case.intake, versions),
        acknowledged_at=None,
        acknowledged_by="",
        cancelled=None,
        ended_at=None,
        cycle_began_at=meta.occurred_at,
    )
    return replace(case, intake=intake, dispatch=dispatch.reopened(case.dispatch))


def _reported(facts: IntakeFacts, given: dict[str, Any]) -> IntakeFacts:
    if facts.report is None or not given:
        return facts
    return replace(facts, report=replace(facts.report, **given))


CHANGES: dict[str, Callable[[Case, Any, Meta], Case]] = {
    "Classified": _judged,
    "Reclassified": _judged,
    "CaseReassigned": _reassigned,
    "PolicyRebased": _rebased,
    "CaseReopened": _reopened,
}
