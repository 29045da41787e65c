"""What ends a pause by itself: the customer's answer at its time, and ten working days. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.case.facts.followup import Pause
from shared.case.state import Case
from shared.clocks.calendar import Calendar
from shared.clocks.rules import Rulebook
from shared.events.envelope import Recorded
from shared.events.vocabulary import PauseReason
from shared.reactors.policy import Consequence, Policy, Reaction, Withdrawal
from shared.rules.measuring import levels_and_calendars, rulebook
from shared.store.order import Known
from shared.texts.catalogue import catalogue

LONGEST = 10
"""Working days after which clocks run again by themselves."""
ANSWERS: dict[str, frozenset[PauseReason]] = {
    "InfoSupplemented": frozenset({PauseReason.WAIT_INFO}),
    "QuotationDecided": frozenset({PauseReason.WAIT_QUOTE}),
    "VisitConfirmed": frozenset({PauseReason.WAIT_WINDOW, PauseReason.WAIT_ACCESS}),
}
"""What the customer was waited for, by the event that says it has come."""
_CHANGES = frozenset({"SlaPaused", "SlaResumed", "CaseReopened", "RecordCorrected", "EventVoided"})


def resume_when_answered(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """Clocks that waited for this answer run again from the time it came, not when somebody notices."""
    meta = recorded.meta
    reasons = ANSWERS[meta.type]
    waited = [one for one in _open(case) if one.reason in reasons and one.since <= meta.occurred_at]
    if not waited:
        return ()
    cause = catalogue("reactions")["answered"].both
    return (_resumption(recorded.aggregate_id, f"answer:{meta.event_id}", waited, meta.occurred_at, cause),)


def resume_in_time(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """Each pause that stands ends after ten working days; one that is over is not watched any more."""
    case_id, book = recorded.aggregate_id, rulebook(known)
    still = {one.event_id for one in _open(case)}
    reactions: list[Reaction] = []
    for event_id in dict.fromkeys(one.event_id for one in case.followup.pauses):
        key = _key(event_id)
        if event_id not in still:
            reactions.append(Withdrawal(f"{key}:{case_id}"))
            continue
        paused = [one for one in _open(case) if one.event_id == event_id]
        at = over_at(paused[0].since, _calendar(case, book))
        cause = catalogue("reactions")["paused_too_long"].filled({"most": LONGEST}).both
        reactions.append(_resumption(case_id, key, paused, at, cause, not_before=at))
    return reactions


def timed_out(recorded: Recorded, case: Case) -> list[Pause]:
    """The pauses that this resumption ended because their ten working days were over; none of any other."""
    ended = [one for one in case.followup.pauses if one.ended_by == recorded.meta.event_id]
    asked = (
        _resumption(recorded.aggregate_id, _key(event_id), of_event, recorded.meta.occurred_at, "")
        for event_id in dict.fromkeys(one.event_id for one in ended)
        if (of_event := [one for one in ended if one.event_id == event_id])
    )
    return ended if any(one.command_id == recorded.meta.command_id for one in asked) else []


def _key(event_id: str) -> str:
    return f"pause:{event_id}"


def over_at(since: datetime, calendar: Calendar) -> datetime:
    """The same time of day on the tenth working day after a pause began."""
    local = since.astimezone(calendar.zone)
    day = local.date()
    for _ in range(LONGEST):
        day = calendar.next_working_day(day + timedelta(days=1))
    return datetime.combine(day, local.timetz())


def _calendar(case: Case, book: Rulebook) -> Calendar:
    return book.calendar(case.timing.terms[-1].calendar_version)[1]


def _open(case: Case) -> list[Pause]:
    return [one for one in case.followup.pauses if one.to is None]


def _resumption(
    case_id: str,
    key: str,
    paused: Sequence[Pause],
    at: datetime,
    cause: str,
    not_before: datetime | None = None,
) -> Consequence:
    clocks = sorted({one.clock.value for one in paused})
    body = {"clocks": clocks, "cause": cause, "at": at.isoformat()}
    return Consequence(
        key=f"{key}:{case_id}",
        essence=f"{at.astimezone(UTC).isoformat()}:{','.join(clocks)}",
        service="followup",
        command="ResumeClocks",
        aggregate_id=case_id,
        body=body,
        not_before=not_before,
    )


PAUSE_POLICIES = (
    Policy("resume-when-answered", frozenset(ANSWERS), resume_when_answered, first_position=0),
    Policy("resume-in-time", _CHANGES, resume_in_time, first_position=0, consults=levels_and_calendars),
)
