"""The registry of intake: one line a command."""

from services.intake import decide, decide_register
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.customer import CustomerRegistered, CustomerRevised
from shared.events.mould import MouldRegistered, MouldRevised, WarrantyTermsSet
from shared.store.order import Command

COMMANDS = (
    Command(
        "RegisterFeedback",
        FeedbackReceived,
        "case",
        decide.register_feedback,
        decide.check_feedback,
        decide.rules_in_force,
        opens="always",
        happened=("received_at",),
        may=decide.may_register,
    ),
    Command(
        "SupplementInfo",
        InfoSupplemented,
        "case",
        decide.supplement_info,
        decide.check_supplement,
        may=decide.may_supply,
    ),
    Command(
        "AcknowledgeCase",
        CaseAcknowledged,
        "case",
        decide.acknowledge_case,
        decide.check_acknowledgement,
        happened=("ack_at",),
    ),
    Command(
        "RegisterCustomer",
        CustomerRegistered,
        "customer",
        decide_register.register_customer,
        decide_register.check_customer,
        opens="always",
        number="customer_no",
    ),
    Command(
        "ReviseCustomer",
        CustomerRevised,
        "customer",
        decide_register.revise_customer,
        decide_register.check_customer_revision,
    ),
    Command(
        "RegisterMould",
        MouldRegistered,
        "mould",
        decide_register.register_mould,
        decide_register.check_mould,
        opens="always",
        number="mould_no",
    ),
    Command(
        "ReviseMould",
        MouldRevised,
        "mould",
        decide_register.revise_mould,
        decide_register.check_mould_revision,
    ),
    Command(
        "SetWarrantyTerms",
        WarrantyTermsSet,
        "mould",
        decide_register.set_warranty_terms,
        decide_register.check_warranty_terms,
    ),
)
