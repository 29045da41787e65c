"""The registry of intake: one line a command."""

from services.intake import decide
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived, InfoSupplemented
from shared.events.customer import CustomerRegistered
from shared.events.mould import MouldRegistered
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
        decide.register_customer,
        decide.check_customer,
        opens="always",
        number="customer_no",
    ),
    Command(
        "RegisterMould",
        MouldRegistered,
        "mould",
        decide.register_mould,
        decide.check_mould,
        opens="always",
        number="mould_no",
    ),
)
