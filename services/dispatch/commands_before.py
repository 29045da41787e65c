"""The commands before a service: asked for, decided, prepared, with its spare parts; one line a command."""

from services.dispatch import decide_preparation as preparation
from services.dispatch import decide_request as request
from services.dispatch import decide_spares as spares
from shared.events.case.dispatch import (
    OnsiteApproved,
    OnsiteRejected,
    OnsiteRequested,
    SafetyRulesRead,
    ServicePrepared,
    VisitConfirmed,
)
from shared.events.case.setbacks import OnsiteWithdrawn, VisitRescheduled
from shared.events.case.spares import SparesIssued, SparesReserved, SparesReturned
from shared.rules.moulds import linked_mould
from shared.store.order import Command

BEFORE = (
    Command("RequestOnsite", OnsiteRequested, "case", request.request_onsite, request.check_request, request.customer),
    Command(
        "ApproveOnsite",
        OnsiteApproved,
        "case",
        request.approve_onsite,
        request.check_approval,
        may=request.may_decide,
    ),
    Command(
        "RejectOnsite",
        OnsiteRejected,
        "case",
        request.reject_onsite,
        request.check_decision,
        may=request.may_decide,
    ),
    Command(
        "WithdrawOnsite",
        OnsiteWithdrawn,
        "case",
        request.withdraw_onsite,
        request.check_decision,
        may=request.may_withdraw,
    ),
    Command(
        "ConfirmVisit",
        VisitConfirmed,
        "case",
        preparation.confirm_visit,
        preparation.check_visit,
        happened=("confirmed_at",),
    ),
    Command(
        "RescheduleVisit",
        VisitRescheduled,
        "case",
        preparation.reschedule_visit,
        preparation.check_move,
    ),
    Command(
        "ReadSafetyRules",
        SafetyRulesRead,
        "case",
        preparation.read_safety_rules,
        preparation.check_reading,
        happened=("read_at",),
        may=preparation.may_read,
    ),
    Command(
        "PrepareService",
        ServicePrepared,
        "case",
        preparation.prepare_service,
        preparation.check_preparation,
        linked_mould,
    ),
    Command(
        "ReserveSpares",
        SparesReserved,
        "case",
        spares.reserve_spares,
        spares.check_parts,
        may=spares.may_store,
    ),
    Command(
        "IssueSpares",
        SparesIssued,
        "case",
        spares.issue_spares,
        spares.check_issue,
        may=spares.may_store,
    ),
    Command(
        "ReturnSpares",
        SparesReturned,
        "case",
        spares.return_spares,
        spares.check_parts,
        may=spares.may_bring_back,
    ),
)
