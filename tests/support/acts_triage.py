"""Bodies of triage's commands: judged, priced, consulted, supported from afar, sent by post."""

from typing import Any

from shared.events.shapes import Unknown
from shared.events.vocabulary import Charge, Role
from tests.support import samples, service, visit
from tests.support.scene import Act, Scene


def _judgement(scene: Scene) -> dict[str, Any]:
    """Of an injection mould; what the report leaves unknown is filled."""
    given = scene.case.intake.report
    filled = {"scope": "REPAIR", "mould_kind": "INJECTION"}
    missing = {name: value for name, value in filled.items() if isinstance(getattr(given, name, None), Unknown)}
    return {"problem_type": scene.choose("problem_type", "WEAR_PART", "FUNCTIONAL", "OPERATION"), **missing}


def classification(scene: Scene) -> dict[str, Any]:
    urgency = scene.choose("urgency", "NORMAL", "NORMAL", "NORMAL", "URGENT")
    return samples.classification(urgency=urgency, **_judgement(scene))


def reclassification(scene: Scene) -> dict[str, Any]:
    """As urgent as before, of perhaps another type."""
    urgency = scene.case.triage.urgency or "NORMAL"
    return samples.classification(urgency=urgency, reason="现场照片显示另有缘由", **_judgement(scene))


def warranty(scene: Scene) -> dict[str, Any]:
    charge = scene.choose("charge", "FULL", "FREE")
    return service.warranty(charge=charge, verdict="IN" if charge == "FREE" else "OUT_TIME")


def quotation(scene: Scene) -> dict[str, Any]:
    lines = [{"kind": "PART", "qty": 2, "unit_price_fen": 12000}, {"kind": "LABOUR", "qty": 1, "unit_price_fen": 9000}]
    return {"quote_no": f"BJ-{scene.number}", "lines": lines, "valid_until": scene.hours(200)}


def quotation_decision(scene: Scene) -> dict[str, Any]:
    """The customer's word on the quotation that is open, by name where there are several."""
    still_open = [one.quote_no for one in scene.case.triage.quotations if one.is_accepted is None]
    accepted = scene.choose("accepted", True, True, False)
    body = {"accepted": accepted, "decided_by": "李建国", "confirmation": visit.confirmation(0, at=scene.hours())}
    named = {"quote_no": still_open[-1]} if len(still_open) > 1 else {}
    return {**body, **named, **({} if accepted else {"reason": "价格过高"})}


def consultation(scene: Scene) -> dict[str, Any]:
    return service.consultation_request(needed_by=scene.hours(24))


def minutes(scene: Scene) -> dict[str, Any]:
    return service.minutes(held_at=scene.hours(), recommended_route=scene.choose("route", "ONSITE", "SPARE_ONLY"))


def session(scene: Scene) -> dict[str, Any]:
    outcome = scene.choose("outcome", "NOT_RESOLVED", "PARTIAL", "NEED_ONSITE", "RESOLVED")
    return service.session(started_at=scene.hours(-0.05), ended_at=scene.hours(), outcome=outcome)


def shipment(scene: Scene) -> dict[str, Any]:
    """Free, or charged where the customer accepted a price."""
    is_paid = any(one.is_accepted for one in scene.case.triage.quotations)
    charge = scene.choose("charge", Charge.FREE, Charge.FULL if is_paid else Charge.FREE).value
    part = visit.part(old_part=None)
    return {
        "parts": [part],
        "carrier": "顺丰速运",
        "tracking_no": f"SF{scene.number}",
        "shipped_at": scene.hours(),
        "charge": charge,
    }


def receipt(scene: Scene) -> dict[str, Any]:
    """The shipment that has been under way the longest."""
    under_way = [one.event_id for one in scene.case.triage.shipments if one.received_at is None]
    named = {"shipped_event_id": under_way[0]} if len(under_way) > 1 else {}
    return {"received_at": scene.hours(), "complete": True, **named}


TRIAGE: dict[str, Act] = {
    "Classify": Act(Role.SPECIALIST, classification),
    "Reclassify": Act(Role.SPECIALIST, reclassification),
    "AssessWarranty": Act(Role.SPECIALIST, warranty),
    "IssueQuotation": Act(Role.SALES, quotation),
    "DecideQuotation": Act(Role.SPECIALIST, quotation_decision),
    "RequestConsultation": Act(Role.SPECIALIST, consultation),
    "HoldConsultation": Act(Role.ENGINEER, minutes),
    "LogRemoteSession": Act(Role.SPECIALIST, session),
    "ShipSpare": Act(Role.SPECIALIST, shipment),
    "ReceiveSpare": Act(Role.SPECIALIST, receipt),
}
