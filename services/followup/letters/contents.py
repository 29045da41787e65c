"""Which event is told by which letter, and what of the event stands in it. Pure."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.followup.letters.values import Reader
from services.followup.letters.visits import cancelled, confirmed, moved
from services.followup.policies_pauses import LONGEST, timed_out
from shared.case.state import Case
from shared.events.case.clocks import SlaResumed
from shared.events.case.dispatch import CompletionReportSubmitted, OnsiteRejected, PlanAgreed, ServiceVerified
from shared.events.case.intake import CaseAcknowledged
from shared.events.case.messages import Appointment
from shared.events.case.triage import RemoteSessionLogged
from shared.events.envelope import Recorded
from shared.events.vocabulary import Notice

STEPS = 8
"""Steps of a session in one letter: so many of the longest fit into one message."""


class Part(Struct, frozen=True):
    """One letter about an event. `attached` are files with the key of their name; `next_at` is the promised time."""

    values: dict[str, Any] = {}
    attached: tuple[tuple[str, str], ...] = ()
    appointment: Appointment | None = None
    next_at: datetime | None = None


Told = Callable[[Recorded, Any, Case, Reader], Iterator[Part]]


class Letter(Struct, frozen=True):
    """A letter about one kind of event: its template, what it is to the customer, and its parts."""

    template: str
    notice: Notice
    parts: Told


def _acknowledgement(recorded: Recorded, event: CaseAcknowledged, case: Case, reader: Reader) -> Iterator[Part]:
    said = {"process_explained": event.process_explained, "estimate": event.estimate}
    yield Part(said, next_at=event.next_contact_at)


def _steps(recorded: Recorded, event: RemoteSessionLogged, case: Case, reader: Reader) -> Iterator[Part]:
    steps = [
        {"seq": one.seq, "action": one.action, "before": one.before, "after": one.after, "unit": one.unit}
        for one in event.steps
    ]
    parts = [steps[first : first + STEPS] for first in range(0, len(steps), STEPS)]
    outcome = reader.word("words", f"RemoteOutcome.{event.outcome}")
    for number, part in enumerate(parts, 1):
        yield Part({"steps": part, "part": number, "parts": len(parts), "outcome": outcome})


def _rejection(recorded: Recorded, event: OnsiteRejected, case: Case, reader: Reader) -> Iterator[Part]:
    yield Part({"alternative": event.alternative})


def _visit(recorded: Recorded, event: Any, case: Case, reader: Reader) -> Iterator[Part]:
    appointment = confirmed(recorded, event, case)
    if appointment is not None:
        yield Part({"visit_at": reader.instant(event.visit_at)}, appointment=appointment)


def _moved(recorded: Recorded, event: Any, case: Case, reader: Reader) -> Iterator[Part]:
    if appointment := moved(recorded, event, case):
        yield Part({"visit_at": reader.instant(event.new_visit_at)}, appointment=appointment)


def _cancelled(recorded: Recorded, event: Any, case: Case, reader: Reader) -> Iterator[Part]:
    appointment = cancelled(recorded, case)
    if appointment is not None:
        yield Part({"visit_at": reader.instant(appointment.starts_at)}, appointment=appointment)


def _plan(recorded: Recorded, event: PlanAgreed, case: Case, reader: Reader) -> Iterator[Part]:
    said = {"plan_version": event.plan_version, "agreed_until": reader.instant(event.agreed_until)}
    yield Part(said, _signed(event, "plan"))


def _sheet(recorded: Recorded, event: ServiceVerified, case: Case, reader: Reader) -> Iterator[Part]:
    if event.signature is not None:
        yield Part({"signed_at": reader.instant(event.signature.signed_at)}, _signed(event, "trial_sheet"))


def _resumed(recorded: Recorded, event: SlaResumed, case: Case, reader: Reader) -> Iterator[Part]:
    """Told only where nobody answered: who did knows that we go on."""
    if over := timed_out(recorded, case):
        reason = reader.word("words", f"PauseReason.{over[0].reason}")
        yield Part({"reason": reason, "since": reader.instant(min(one.since for one in over)), "days": LONGEST})


def _signed(event: PlanAgreed | ServiceVerified, name: str) -> tuple[tuple[str, str], ...]:
    """What the customer was shown, and what was signed."""
    if event.signature is None:
        return ()
    return ((f"sha256:{event.signature.doc_hash}", name), (event.signature.file_ref, "signature"))


def _report(recorded: Recorded, event: CompletionReportSubmitted, case: Case, reader: Reader) -> Iterator[Part]:
    said = {"usage_advice": event.usage_advice, "open_issues": len(event.open_issues)}
    yield Part(said, ((f"sha256:{event.doc_hash}", "completion_report"),))


COPIES: dict[str, Letter] = {
    "CaseAcknowledged": Letter("acknowledgement", Notice.STATE, _acknowledgement),
    "RemoteSessionLogged": Letter("remote_steps", Notice.COPY, _steps),
    "OnsiteRejected": Letter("onsite_rejected", Notice.STATE, _rejection),
    "VisitConfirmed": Letter("visit_confirmed", Notice.STATE, _visit),
    "VisitRescheduled": Letter("visit_moved", Notice.STATE, _moved),
    "OnsiteWithdrawn": Letter("visit_cancelled", Notice.STATE, _cancelled),
    "CaseCancelled": Letter("visit_cancelled", Notice.STATE, _cancelled),
    "PlanAgreed": Letter("plan_agreed", Notice.COPY, _plan),
    "ServiceVerified": Letter("trial_sheet", Notice.COPY, _sheet),
    "SlaResumed": Letter("clocks_resumed", Notice.PROGRESS, _resumed),
    "CompletionReportSubmitted": Letter("completion_report", Notice.COPY, _report),
}
"""What a customer gets in writing in any case, whichever states he is told of."""
