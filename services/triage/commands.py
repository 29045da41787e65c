"""The registry of triage: one line a command."""

from services.triage import (
    decide,
    decide_assignment,
    decide_consultation,
    decide_quotation,
    decide_remote,
    decide_shipment,
)
from shared.events.case.quotation import QuotationDecided, QuotationIssued
from shared.events.case.spares import SpareReceived, SpareShipped
from shared.events.case.triage import (
    CaseReassigned,
    Classified,
    ConsultationHeld,
    ConsultationRequested,
    Reclassified,
    RemoteSessionLogged,
    WarrantyAssessed,
)
from shared.rules.moulds import linked_mould
from shared.store.order import Command

COMMANDS = (
    Command("Classify", Classified, "case", decide.classify, decide.check_classification, decide.fault_codes_and_mould),
    Command(
        "Reclassify",
        Reclassified,
        "case",
        decide_assignment.reclassify,
        decide.check_classification,
        decide.fault_codes_and_mould,
        may=decide_assignment.may_reclassify,
    ),
    Command(
        "ReassignCase",
        CaseReassigned,
        "case",
        decide_assignment.reassign_case,
        decide_assignment.check_assignment,
    ),
    Command(
        "AssessWarranty",
        WarrantyAssessed,
        "case",
        decide.assess_warranty,
        decide.check_warranty,
        linked_mould,
    ),
    Command(
        "IssueQuotation",
        QuotationIssued,
        "case",
        decide_quotation.issue_quotation,
        decide_quotation.check_quotation,
        decide_quotation.service_levels,
        may=decide_quotation.may_quote,
    ),
    Command(
        "DecideQuotation",
        QuotationDecided,
        "case",
        decide_quotation.decide_quotation,
        decide_quotation.check_quotation_decision,
        happened=("confirmation.at", "signature.signed_at"),
        may=decide_quotation.may_decide_quotation,
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
    Command(
        "ShipSpare",
        SpareShipped,
        "case",
        decide_shipment.ship_spare,
        decide_shipment.check_shipment,
        happened=("shipped_at",),
    ),
    Command(
        "ReceiveSpare",
        SpareReceived,
        "case",
        decide_shipment.receive_spare,
        decide_shipment.check_arrival,
        happened=("received_at",),
        may=decide_shipment.may_receive,
    ),
)
