"""The clocks as data: which events begin a stretch of each, which end it, and by which it falls away.

How long a stretch may take, in which base, and whether it may pause, says the policy, not this table.
"""

from typing import Any

from msgspec import Struct

from shared.case.lifecycle import When
from shared.events.vocabulary import ClockName as C

OWN = "event_id"
"""The part of a run that is told apart by the event that began it."""
AGAIN = ":DISSATISFIED"
"""Ends the part of a call-back's second stage: what became of a dissatisfied customer."""
WITHOUT_SERVICE = frozenset({"CaseMarkedDuplicate", "CaseTransferred", "CaseCancelled"})
"""Whoever owed something in such a case owes it no more."""
BACK = frozenset({"DuplicateUnmarked", "TransferReturned"})
"""The case is taken up again as if it had never been away."""


class Moment(Struct, frozen=True):
    """An event that begins or ends a run. `at` is its field that says when, else it is when the event occurred.

    `when` as in the life cycle; `names` is the field that names the part meant, none: all that run.
    """

    event: str
    at: str = ""
    when: When | None = None
    names: str = ""

    def holds(self, event: Any) -> bool:
        """Whether this event is meant."""
        return self.when is None or getattr(event, self.when.field) in self.when.values


class ClockRow(Struct, frozen=True):
    """A clock. `part` is the field of the beginning event that tells its runs apart, `suffix` what stands behind it.

    `lapses`: events by which a run falls away.
    """

    clock: C
    begins: tuple[Moment, ...]
    ends: tuple[Moment, ...]
    lapses: tuple[Moment, ...] = ()
    part: str = ""
    suffix: str = ""

    @property
    def events(self) -> frozenset[str]:
        """Every event that changes a run of this row."""
        return frozenset(one.event for one in (*self.begins, *self.ends, *self.lapses))


_OVER = (Moment("CaseReopened"), Moment("CaseClosed"))
_ACCEPTED = When("decision", frozenset({"ACCEPT"}))
_VERIFYING = (Moment("ServiceVerified"), Moment("UnsignedDecided", when=_ACCEPTED))
_IN_ERROR = When("trigger", frozenset({"CANCELLED_IN_ERROR"}))
_RESOLVED = When("outcome", frozenset({"RESOLVED"}))
_DISSATISFIED = When("result", frozenset({"DISSATISFIED"}))
_RECEIVED = Moment("FeedbackReceived", "received_at")
_DECIDING = (Moment("OnsiteApproved"), Moment("OnsiteRejected"), Moment("OnsiteWithdrawn"))

CLOCKS: tuple[ClockRow, ...] = (
    ClockRow(
        C.FIRST_RESPONSE, (_RECEIVED, Moment("CaseReopened")), (Moment("CaseAcknowledged", "ack_at"),), lapses=_OVER
    ),
    ClockRow(C.TRIAGE, (_RECEIVED, Moment("CaseReopened", when=_IN_ERROR)), (Moment("Classified"),), lapses=_OVER),
    ClockRow(
        C.CONSULTATION,
        (Moment("ConsultationRequested"),),
        (Moment("ConsultationHeld", "held_at"),),
        lapses=(*_VERIFYING, *_OVER),
        part=OWN,
    ),
    ClockRow(
        C.REMOTE_RESULT,
        (Moment("Classified"),),
        (Moment("RemoteSessionLogged", "ended_at", _RESOLVED), Moment("OnsiteRequested")),
        lapses=(*_VERIFYING, *_OVER),
    ),
    ClockRow(C.APPROVAL, (Moment("OnsiteRequested"),), _DECIDING, part=OWN),
    ClockRow(
        C.ARRIVAL,
        (Moment("OnsiteApproved"),),
        (Moment("TechnicianArrived", "arrived_at"), Moment("MouldReceivedAtFactory", "received_at")),
        lapses=(Moment("OnsiteWithdrawn"),),
        part=OWN,
    ),
    ClockRow(C.RESOLUTION, (_RECEIVED, Moment("CaseReopened")), _VERIFYING, lapses=_OVER),
    ClockRow(C.ARCHIVE, (), (Moment("Archived"),), lapses=_OVER),
    ClockRow(
        C.CALLBACK,
        (Moment("CallbackScheduled"),),
        (Moment("CallbackDone", "done_at", names="point"), Moment("CallbackUnreachable", names="point")),
        lapses=_OVER,
        part="point",
    ),
    ClockRow(
        C.CALLBACK,
        (Moment("CallbackDone", "done_at", _DISSATISFIED),),
        (Moment("CaseReopened"), Moment("CaseClosed")),
        part="point",
        suffix=AGAIN,
    ),
    ClockRow(C.PROGRESS, (), _VERIFYING, lapses=_OVER),
    ClockRow(
        C.DEPARTMENT_REPLY,
        (Moment("DepartmentFeedbackSent"),),
        (Moment("DepartmentFeedbackAcknowledged", names="feedback_event_id"),),
        part=OWN,
    ),
)
"""The clocks of a case. ARCHIVE begins with the later of two events and PROGRESS with each word to the customer, see
`timing`; IMPROVEMENT is the clock of another aggregate."""

CONTACTS: dict[str, str] = {
    "CaseAcknowledged": "ack_at",
    "InfoSupplemented": "",
    "CustomerNotified": "",
    "RemoteSessionLogged": "ended_at",
    "QuotationDecided": "",
    "OnsiteRejected": "customer_informed_at",
    "OnsiteWithdrawn": "customer_informed_at",
    "VisitConfirmed": "",
    "VisitRescheduled": "",
    "TechnicianArrived": "arrived_at",
    "OnsiteProblemConfirmed": "",
    "PlanAgreed": "",
    "PlanRefused": "",
    "VisitAborted": "",
    "SignatureRefused": "",
    "RemedyDecided": "customer_informed_at",
}
"""Events in which the customer and we spoke, and the field that says when, if not when they occurred: each ends one
stretch of PROGRESS and begins the next, until the service is verified."""

TERMS = frozenset(
    {
        *("FeedbackReceived", "InfoSupplemented", "Classified", "Reclassified", "PolicyRebased", "CaseReopened"),
        *("OnsiteApproved", "OnsiteWithdrawn"),
    }
)
"""Events that may change what a case is measured by."""
_EVALUATED = frozenset({"CustomerEvaluated", "EvaluationDeclined"})
MOVING = frozenset(
    {
        *(event for row in CLOCKS for event in row.events),
        *(*WITHOUT_SERVICE, *BACK, *CONTACTS, *TERMS, *_EVALUATED),
        *("TechnicianReturned", "DuplicateAbsorbed", "DuplicateReleased", "SlaPaused", "SlaResumed", "PlanAgreed"),
        *("RecordCorrected", "EventVoided"),
    }
)
"""Every event after which a clock of a case may stand differently."""
