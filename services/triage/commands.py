"""The registry of triage: one line a command."""

from services.triage import decide, decide_consultation, decide_remote
from shared.events.case.triage import (
    Classified,
    ConsultationHeld,
    ConsultationRequested,
    RemoteSessionLogged,
    WarrantyAssessed,
)
from shared.rules.moulds import linked_mould
from shared.store.order import Command

COMMANDS = (
    Command("Classify", Classified, "case", decide.classify, decide.check_classification, decide.fault_codes_and_mould),
    Command(
        "AssessWarranty",
        WarrantyAssessed,
        "case",
        decide.assess_warranty,
        decide.check_warranty,
        linked_mould,
    ),
    Command(
        "RequestConsultation",
        ConsultationRequested,
        "case",
        decide_consultation.request_consultation,
        decide_consultation.check_request,
    ),
    Command(
        "HoldConsultation",
        ConsultationHeld,
        "case",
        decide_consultation.hold_consultation,
        decide_consultation.check_minutes,
        happened=("held_at",),
    ),
    Command(
        "LogRemoteSession",
        RemoteSessionLogged,
        "case",
        decide_remote.log_session,
        decide_remote.check_session,
        happened=("ended_at",),
    ),
)
