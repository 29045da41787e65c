"""Bodies of dispatch's commands before a service: asked for, decided, prepared, with its spare parts."""

from typing import Any

from shared.case.state import is_return
from shared.events.vocabulary import Role
from tests.support import setbacks, visit
from tests.support.scene import Act, Scene

PART = "GP-20"
"""The part that all cases use, reserve and count."""


def request(scene: Scene) -> dict[str, Any]:
    """A visit, or a return where that is wanted, because the structure is damaged."""
    return visit.request(service_mode=scene.choose("service_mode", "ONSITE", "ONSITE", "RETURN"))


def approval(scene: Scene) -> dict[str, Any]:
    return visit.approval(agreed_until=scene.hours(200) if is_return(scene.case) else None)


def rejection(scene: Scene) -> dict[str, Any]:
    return visit.rejection(customer_informed_at=scene.hours())


def withdrawal(scene: Scene) -> dict[str, Any]:
    return setbacks.withdrawal(customer_informed_at=scene.hours())


def appointment(scene: Scene) -> dict[str, Any]:
    return visit.appointment(visit_at=scene.hours(20), confirmed_at=scene.hours())


def move(scene: Scene) -> dict[str, Any]:
    return setbacks.move(new_visit_at=scene.hours(30))


def reading(scene: Scene) -> dict[str, Any]:
    return visit.reading(read_at=scene.hours())


def preparation(scene: Scene) -> dict[str, Any]:
    """Whoever has read the rules goes; a mould that comes to us is fetched."""
    if is_return(scene.case):
        pickup = {"carrier": "顺达物流", "pickup_at": scene.hours(1)}
        return setbacks.transport(transport=pickup)
    readers = dict.fromkeys(one.user for one in scene.case.dispatch.readings)
    return visit.preparation(technicians=list(readers) or ["technician"])


def _left(scene: Scene) -> float:
    """How much of the part is out and neither used nor brought back."""
    counted = next((one for one in scene.case.dispatch.spares if one.part_no == PART), None)
    return counted.issued - counted.used - counted.returned if counted is not None else 0.0


def reserved(scene: Scene) -> dict[str, Any]:
    return setbacks.reserved()


def issued(scene: Scene) -> dict[str, Any]:
    """More than was reserved, for a reason."""
    return setbacks.issued(reason="现场追加")


def brought_back(scene: Scene) -> dict[str, Any]:
    """All that is left, one where nothing is."""
    return setbacks.brought_back(parts=[setbacks.stored(max(1.0, _left(scene)))])


def is_used(scene: Scene) -> bool:
    """Whether work may use two of the part and the store still counts right."""
    was_issued = any(one.part_no == PART and one.issued for one in scene.case.dispatch.spares)
    return _left(scene) >= 2 if was_issued else True


BEFORE: dict[str, Act] = {
    "RequestOnsite": Act(Role.SPECIALIST, request),
    "ApproveOnsite": Act(Role.SUPERVISOR, approval),
    "RejectOnsite": Act(Role.SUPERVISOR, rejection),
    "WithdrawOnsite": Act(Role.SPECIALIST, withdrawal),
    "ConfirmVisit": Act(Role.SPECIALIST, appointment),
    "RescheduleVisit": Act(Role.SPECIALIST, move),
    "ReadSafetyRules": Act(Role.TECHNICIAN, reading),
    "PrepareService": Act(Role.SPECIALIST, preparation),
    "ReserveSpares": Act(Role.SPECIALIST, reserved),
    "IssueSpares": Act(Role.DEPT, issued),
    "ReturnSpares": Act(Role.DEPT, brought_back),
}
