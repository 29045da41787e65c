"""Levels 1 to 4: at shares of the target, for reasons besides, and when nobody takes the last one up (B-19).

The first response of an urgent case is due in 1 h, of a normal one in 8 h; noon is `at(0)`.
"""

from datetime import timedelta
from typing import Any

import pytest

from services.followup.policies_time import escalate_reasons, owner_of, watch_clocks
from shared.case.state import Case
from shared.events.catalogue import decode
from shared.events.policy import EscalationStep
from shared.events.vocabulary import Addressee
from shared.reactors.policy import Consequence, Reaction, Withdrawal
from shared.reactors.watching import GRACE, told
from shared.store.order import Known
from tests.support.desk import Desk, codes
from tests.support.past import REMOTE, REQUEST, Fact, happened, triaged
from tests.support.samples import NOON, at, customer, service_levels

STEPS = [
    {"level": 1, "percent": 75, "to": ["OWNER"]},
    {"level": 2, "percent": 100, "to": ["SUPERVISOR"]},
    {"level": 3, "percent": 150, "to": ["SUPERVISOR", "QUALITY"]},
    {"level": 4, "percent": 200, "to": ["MANAGEMENT"]},
]
URGENT = {"urgency": "URGENT", "urgency_basis": ["DELIVERY"]}


def raised(level: int, to: str, trigger: str = "PERCENT", clock: str = "FIRST_RESPONSE") -> Fact:
    return "Escalated", {"clock": clock, "level": level, "trigger": trigger, "to": [to]}


def taken(level: int, clock: str = "FIRST_RESPONSE") -> Fact:
    return "EscalationAcknowledged", {"clock": clock, "level": level}


def flagged(hours: float) -> Fact:
    return "SlaBreached", {"clock": "FIRST_RESPONSE", "due_at": at(hours), "policy_version": 2}


@pytest.fixture
async def desk() -> Desk:
    """A desk whose policy has four levels."""
    desk = Desk()
    await desk.open()
    levels = service_levels(version=2, effective_from=at(0))
    levels["content"]["escalation"] = STEPS
    assert (await desk.send("PublishSlaPolicy", levels, to="standard", by="supervisor")).status == 201
    return desk


async def seen(desk: Desk, case_id: str, react: Any = watch_clocks) -> dict[str, Reaction]:
    """What follows from the case as it stands, by key."""
    recorded = (await desk.events(case_id))[-1]
    case: Case = (await desk.aggregates.refresh(recorded.subject)).state
    found = {"policy.standard": (await desk.aggregates.get("evt.policy.standard")).state}
    firm = case.intake.report.customer_id if case.intake.report is not None else None
    if firm is not None:
        found[f"customer.{firm}"] = (await desk.aggregates.get(f"evt.customer.{firm}")).state
    return {one.key: one for one in react(recorded, decode(recorded), case, Known(found))}


async def next_of_response(desk: Desk, case_id: str) -> tuple[str, Any, str] | None:
    """(command, its level, when) of what comes next for the first response, None when nothing does."""
    one = (await seen(desk, case_id))[f"clock:{case_id}:1:FIRST_RESPONSE"]
    if isinstance(one, Withdrawal):
        return None
    assert one.not_before is not None
    return one.command, one.body.get("level"), (one.not_before - GRACE).isoformat()


@pytest.mark.proves("B-19")
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), ("Escalate", 1, at(6))),
        ((raised(1, "specialist"),), ("FlagBreach", None, at(8))),
        ((raised(1, "specialist"), flagged(8)), ("Escalate", 2, at(8))),
        ((raised(1, "specialist"), flagged(8), raised(2, "SUPERVISOR")), ("Escalate", 3, at(12))),
        ((raised(1, "s"), flagged(8), raised(2, "SUPERVISOR"), raised(3, "QUALITY")), ("Escalate", 4, at(16))),
        ((raised(1, "s"), flagged(8), raised(2, "S"), raised(3, "Q"), raised(4, "M")), None),
    ],
)
async def test_of_a_clock_the_next_thing_is_awaited_and_no_other(
    desk: Desk, facts: tuple[Fact, ...], expected: tuple[str, Any, str] | None
) -> None:
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, *facts)
    assert await next_of_response(desk, case_id) == expected


async def test_an_urgent_case_that_nobody_takes_up_rises_after_an_hour(desk: Desk) -> None:
    """Level 2 was told at noon; level 3 comes by its share at 13:30, and for want of an answer at 13:00."""
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, triaged(**URGENT), raised(1, "specialist"), raised(2, "SUPERVISOR"), flagged(1))
    one = (await seen(desk, case_id))[f"clock:{case_id}:1:FIRST_RESPONSE"]
    assert isinstance(one, Consequence)
    assert (one.body["trigger"], one.body["level"]) == ("NOT_ACKNOWLEDGED", 3)
    assert (one.body["to"], one.not_before) == (["SUPERVISOR", "QUALITY"], NOON + timedelta(hours=1) + GRACE)
    await happened(desk, case_id, taken(2))
    assert await next_of_response(desk, case_id) == ("Escalate", 3, at(1.5))


async def test_a_normal_case_waits_for_its_share_whoever_takes_it_up(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, raised(1, "specialist"), flagged(8))
    before = await next_of_response(desk, case_id)
    await happened(desk, case_id, taken(1))
    assert await next_of_response(desk, case_id) == before == ("Escalate", 2, at(8))


async def test_what_is_stopped_in_time_is_not_raised(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    answer = {"ack_at": at(0), "ack_channel": "HOTLINE", "said_accepted": True, "next_contact_at": at(3)}
    texts = dict.fromkeys(("process_explained", "estimate", "reassured"), "已说明")
    await happened(desk, case_id, raised(1, "specialist"), ("CaseAcknowledged", answer | texts | {"auto": False}))
    assert await next_of_response(desk, case_id) is None


async def test_a_case_that_has_ended_is_not_watched(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, ("CaseCancelled", {"reason": "TEST"}))
    assert {type(one) for one in (await seen(desk, case_id)).values()} == {Withdrawal}


async def test_another_time_asks_for_another_command_and_the_same_time_for_the_same(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    key = f"clock:{case_id}:1:FIRST_RESPONSE"
    first, again = (await seen(desk, case_id))[key], (await seen(desk, case_id))[key]
    await happened(desk, case_id, triaged(**URGENT))
    sooner = (await seen(desk, case_id))[key]
    assert isinstance(first, Consequence)
    assert isinstance(again, Consequence)
    assert isinstance(sooner, Consequence)
    assert first.command_id == again.command_id != sooner.command_id


LEVEL_1 = {"clock": "FIRST_RESPONSE", "level": 1, "trigger": "PERCENT", "to": ["specialist"]}


async def test_a_level_is_told_when_its_share_is_used_and_only_once(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    desk.later(hours=5, minutes=59)
    early = await desk.send("Escalate", LEVEL_1, to=case_id, by="system")
    assert (early.status, codes(early)) == (409, {"level": "S-GUARD"})
    desk.later(minutes=1)
    first = await desk.send("Escalate", LEVEL_1, to=case_id, by="system")
    again = await desk.send("Escalate", LEVEL_1 | {"trigger": "NOT_ACKNOWLEDGED"}, to=case_id, by="system")
    assert (first.status, again.status) == (201, 200)
    assert (await desk.types(case_id)).count("Escalated") == 1


async def test_a_level_that_was_taken_up_in_time_is_not_passed_over(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, triaged(**URGENT), raised(1, "specialist"))
    desk.later(hours=1)
    assert (await desk.send("AcknowledgeEscalation", {"clock": "FIRST_RESPONSE", "level": 1}, to=case_id)).status == 201
    late = {"clock": "FIRST_RESPONSE", "level": 2, "trigger": "NOT_ACKNOWLEDGED", "to": ["SUPERVISOR"]}
    assert codes(await desk.send("Escalate", late, to=case_id, by="system")) == {"level": "S-GUARD"}


@pytest.mark.parametrize(
    ("to", "by", "status"),
    [
        ("QUALITY", "quality", 201),
        ("QUALITY", "supervisor", 403),
        ("MANAGEMENT", "quality", 403),
        ("engineer", "engineer", 201),
        ("ENGINEER", "engineer", 201),
        ("TECH", "engineer", 403),
    ],
)
async def test_a_level_is_taken_up_by_who_was_told(desk: Desk, to: str, by: str, status: int) -> None:
    case_id = await desk.register()
    await happened(desk, case_id, raised(3, to))
    answer = await desk.send("AcknowledgeEscalation", {"clock": "FIRST_RESPONSE", "level": 3}, to=case_id, by=by)
    assert answer.status == status, answer.body


async def test_whoever_holds_two_roles_is_told_as_each(desk: Desk) -> None:
    roles = {"roles": ["SPECIALIST", "SUPERVISOR"], "reason": "代班"}
    assert (await desk.send("GrantRole", roles, to="supervisor", by="admin")).status == 201
    case_id = await desk.register()
    await happened(desk, case_id, raised(2, "SUPERVISOR"))
    taken_up = {"clock": "FIRST_RESPONSE", "level": 2}
    assert (await desk.send("AcknowledgeEscalation", taken_up, to=case_id, by="supervisor")).status == 201


async def reasons_of(desk: Desk, case_id: str) -> dict[str, tuple[str, int, list[str], str]]:
    """(clock, level, to, when) by reason."""
    found = (await seen(desk, case_id, escalate_reasons)).values()
    return {
        one.body["trigger"]: (
            one.body["clock"],
            one.body["level"],
            one.body["to"],
            (one.not_before - GRACE).isoformat() if one.not_before is not None else "",
        )
        for one in found
        if isinstance(one, Consequence)
    }


MANAGERS = ["SUPERVISOR", "QUALITY"]


@pytest.mark.proves("B-19")
async def test_danger_is_told_to_the_managers_at_once(desk: Desk) -> None:
    reported = await desk.register(received_at=at(0), safety_risk=True)
    assert await reasons_of(desk, reported) == {"SAFETY": ("RESOLUTION", 3, MANAGERS, at(0))}
    judged = await desk.register(received_at=at(0))
    await happened(desk, judged, triaged(urgency="URGENT", urgency_basis=["SAFETY"]))
    assert await reasons_of(desk, judged) == {"SAFETY": ("RESOLUTION", 3, MANAGERS, at(0))}


async def test_a_line_that_stands_for_a_day_is_told_to_the_general_manager(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0), fault_at=at(-2), production_status="LINE_DOWN")
    assert await reasons_of(desk, case_id) == {"LINE_DOWN": ("RESOLUTION", 4, ["MANAGEMENT"], at(22))}
    await happened(desk, case_id, triaged(), *REMOTE)
    assert await reasons_of(desk, case_id) == {}


REFUSED: tuple[Fact, ...] = (
    ("OnsiteRequested", REQUEST),
    ("OnsiteRejected", {"reason": "FEE_OPEN", "alternative": "先远程", "customer_informed_at": at(0)}),
)


async def test_two_refusals_of_an_urgent_case_rise_when_the_managers_do_not_take_it_up(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, triaged(**URGENT), *REFUSED)
    assert await reasons_of(desk, case_id) == {}
    await happened(desk, case_id, *REFUSED)
    assert await reasons_of(desk, case_id) == {"TWO_REFUSALS": ("APPROVAL", 3, MANAGERS, at(0))}
    await happened(desk, case_id, raised(3, "QUALITY", "TWO_REFUSALS", "APPROVAL"))
    assert await reasons_of(desk, case_id) == {"NOT_ACKNOWLEDGED": ("APPROVAL", 4, ["MANAGEMENT"], at(1))}
    await happened(desk, case_id, taken(3, "APPROVAL"))
    assert await reasons_of(desk, case_id) == {}


async def test_a_second_reopening_is_told_to_the_managers(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(0))
    again: Fact = ("CaseReopened", {"trigger": "CUSTOMER", "reason": "又漏料", "policy_version": 2})
    await happened(desk, case_id, triaged(), again)
    assert await reasons_of(desk, case_id) == {}
    await happened(desk, case_id, again)
    assert list(await reasons_of(desk, case_id)) == ["SECOND_REOPEN"]


@pytest.mark.parametrize(
    ("is_key", "kind", "found"), [(True, "COMPLAINT", 1), (False, "COMPLAINT", 0), (True, "SERVICE", 0)]
)
async def test_a_complaint_of_a_key_account_is_told_to_the_general_manager(
    desk: Desk, is_key: bool, kind: str, found: int
) -> None:
    firm = customer(key_account=is_key)
    registered = await desk.send("RegisterCustomer", firm)
    assert registered.status == 201, registered.body
    more = {"complained_about": "technician"} if kind == "COMPLAINT" else {}
    case_id = await desk.register(received_at=at(0), customer_id=registered.body["id"], case_kind=kind, **more)
    assert list((await reasons_of(desk, case_id)).values()) == [("RESOLUTION", 4, ["MANAGEMENT"], at(0))] * found


async def test_the_owner_is_told_by_name_and_the_desk_while_there_is_none(desk: Desk) -> None:
    case_id = await desk.register()
    case: Case = (await desk.aggregates.get(f"evt.case.{case_id}")).state
    steps = [EscalationStep(level=1, percent=75, to=[Addressee.OWNER, Addressee.QUALITY])]
    assert told(1, steps, owner_of(case)) == ["specialist", "QUALITY"]
    assert told(3, steps, owner_of(case)) == ["SUPERVISOR"]
