"""What follows from events: the same commands however often and however late an event is delivered."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.followup.policies import POLICIES, close_when_done, give_up_calls, schedule_callbacks
from services.followup.policies_time import watch_clocks
from shared.case.fold import fold
from shared.case.state import Case
from shared.events.catalogue import decode
from shared.events.policy import SlaPolicyPublished
from shared.masters.policy import Policy
from shared.reactors.policy import Consequence, Reaction, Withdrawal
from shared.reactors.watching import GRACE
from shared.store.order import Known
from tests.support.desk import Desk
from tests.support.past import EVALUATED, REMOTE, VISIT, Fact, happened, triaged
from tests.support.samples import NOON, at, service_levels
from tests.support.service import callback, schedule

KEPT: Fact = ("Archived", {"keeper": "specialist"})
D7: Fact = ("CallbackScheduled", schedule())
M1: Fact = ("CallbackScheduled", schedule("M1", 30))


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


def done(point: str = "D7", hours: float = 0, score: int = 5, result: str = "SATISFIED") -> Fact:
    return "CallbackDone", callback(point, done_at=at(hours), final_satisfaction=score, result=result)


def rules(**content: Any) -> Known:
    """Service levels with a target for RESOLUTION, and what a test adds."""
    body = service_levels()
    targets = {urgency: {"hours": 72, "base": "H24"} for urgency in ("URGENT", "NORMAL", "MINOR")}
    body["content"]["targets"]["RESOLUTION"] = targets
    body["content"] |= content
    return Known({"policy.standard": Policy((msgspec.convert(body, SlaPolicyPublished),))})


async def delivered(desk: Desk, case_id: str, react: Callable[..., Any], known: Known) -> Iterator[Reaction]:
    """Every event twice, seen with every state that the case may be in by then, the latest first."""
    events = [(recorded, decode(recorded)) for recorded in await desk.events(case_id)]
    states, found = [Case()], []
    for recorded, event in events:
        states.append(fold(states[-1], event, recorded.meta))
    handled = next(policy for policy in POLICIES if policy.react is react).handles
    for place, (recorded, event) in enumerate(events, 1):
        if recorded.meta.type in handled:
            for state in reversed(states[place:]):
                found += [*react(recorded, event, state, known), *react(recorded, event, state, known)]
    return iter(found)


async def asked(desk: Desk, case_id: str, react: Callable[..., Any], known: Known | None = None) -> list[Consequence]:
    """The commands that are asked for, each once."""
    reactions = await delivered(desk, case_id, react, known or rules())
    wanted = [one for one in reactions if isinstance(one, Consequence)]
    return list({one.command_id: one for one in wanted}.values())


async def a_case(desk: Desk, *facts: Fact, **changes: Any) -> str:
    case_id = await desk.register(received_at=at(0))
    await happened(desk, case_id, triaged(**changes), *facts)
    return case_id


@pytest.mark.proves("R-2.5.1-a")
async def test_a_service_from_afar_is_followed_by_a_call_after_a_week(desk: Desk) -> None:
    case_id = await a_case(desk, *REMOTE, *EVALUATED, KEPT, D7, done(), ("CaseClosed", {}))
    (wanted,) = await asked(desk, case_id, schedule_callbacks)
    assert (wanted.key, wanted.command, wanted.not_before) == (f"callback:{case_id}:1:D7", "ScheduleCallback", None)
    assert wanted.body == {
        "point": "D7",
        "due_at": at(7 * 24),
        "window_from": at(5 * 24),
        "window_to": at(9 * 24),
    }


async def test_a_visit_is_followed_by_a_call_after_a_month_too(desk: Desk) -> None:
    week, month = await asked(desk, await a_case(desk, *VISIT), schedule_callbacks)
    assert (week.body["point"], month.body["point"]) == ("D7", "M1")
    assert month.body["due_at"] == (NOON + timedelta(days=30)).isoformat()
    assert month.body["window_from"] == (NOON + timedelta(days=25)).isoformat()


@pytest.mark.parametrize(("decision", "points"), [("ACCEPT", ["D7", "M1"]), ("REDO", [])])
async def test_a_service_that_is_accepted_without_a_signature_is_followed_by_calls_and_one_to_do_again_is_not(
    desk: Desk, decision: str, points: list[str]
) -> None:
    refused: Fact = ("SignatureRefused", {"reason": "不满意", "witness": "张伟"})
    decided: Fact = ("UnsignedDecided", {"decision": decision, "reason": "试模合格"})
    wanted = await asked(desk, await a_case(desk, *VISIT[:6], refused, decided), schedule_callbacks)
    assert [one.body["point"] for one in wanted] == points


async def test_the_terms_are_those_of_the_policy_of_the_case(desk: Desk) -> None:
    case_id = await a_case(desk, *VISIT)
    known = rules(callbacks={"D7": {"days": 10, "window": [-1, 0]}})
    week, month = await asked(desk, case_id, schedule_callbacks, known)
    assert (week.body["due_at"], week.body["window_to"]) == (at(240), at(240))
    assert month.body["due_at"] == (NOON + timedelta(days=30)).isoformat()


async def test_what_is_scheduled_is_accepted_and_stands_once(desk: Desk) -> None:
    case_id = await a_case(desk, *VISIT)
    for _ in range(2):
        for one in await asked(desk, case_id, schedule_callbacks):
            answer = await desk.send(one.command, one.body, to=case_id, by="system", command_id=one.command_id)
            assert answer.is_accepted, answer.body
    assert (await desk.types(case_id)).count("CallbackScheduled") == 2


async def test_a_verification_of_an_earlier_cycle_schedules_nothing(desk: Desk) -> None:
    case_id = await a_case(desk, *REMOTE)
    recorded = (await desk.events(case_id))[-1]
    case = msgspec.structs.replace((await desk.aggregates.get(recorded.subject)).state, cycle=2)
    assert schedule_callbacks(recorded, decode(recorded), case, rules()) == ()


async def test_unknown_service_levels_are_a_failure_not_a_silence(desk: Desk) -> None:
    case_id = await a_case(desk, *REMOTE)
    with pytest.raises(LookupError):
        await asked(desk, case_id, schedule_callbacks, Known())


async def watched(desk: Desk, case_id: str) -> dict[str, Reaction]:
    """What the watch came to: the last word under each key."""
    recorded = (await desk.events(case_id))[-1]
    case = (await desk.aggregates.get(recorded.subject)).state
    return {one.key: one for one in watch_clocks(recorded, decode(recorded), case, rules())}


async def test_the_watch_tells_the_call_backs_apart(desk: Desk) -> None:
    case_id = await a_case(desk, *VISIT, D7, M1)
    wanted = {one.key: one for one in await asked(desk, case_id, watch_clocks)}
    key = f"clock:{case_id}:1:CALLBACK"
    assert wanted[f"{key}:D7"].body == {"clock": "CALLBACK", "part": "D7", "due_at": at(168), "policy_version": 1}
    assert wanted[f"{key}:M1"].not_before == NOON + timedelta(days=30) + GRACE
    assert f"clock:{case_id}:1:FIRST_RESPONSE" in wanted


async def test_what_was_over_before_an_import_is_not_flagged(desk: Desk) -> None:
    case_id = await desk.register(received_at=at(-9), fault_at=at(-10))
    recorded = (await desk.events(case_id))[-1]
    case = (await desk.aggregates.get(recorded.subject)).state
    intake = msgspec.structs.replace(case.intake, origin="import")
    imported = msgspec.structs.replace(case, intake=intake)
    found = watch_clocks(recorded, decode(recorded), imported, rules())
    assert [one.key for one in found if isinstance(one, Consequence)] == [f"clock:{case_id}:1:RESOLUTION"]
    live = watch_clocks(recorded, decode(recorded), case, rules())
    assert [isinstance(one, Consequence) for one in live] == [True, True]


async def test_a_call_back_in_time_ends_its_own_watch_only(desk: Desk) -> None:
    case_id = await a_case(desk, *VISIT, D7, M1, done())
    found = await watched(desk, case_id)
    assert isinstance(found[f"clock:{case_id}:1:CALLBACK:D7"], Withdrawal)
    assert isinstance(found[f"clock:{case_id}:1:CALLBACK:M1"], Consequence)


async def test_a_late_call_back_is_flagged_all_the_same(desk: Desk) -> None:
    case_id = await a_case(desk, *REMOTE, D7, done(hours=169))
    found = (await watched(desk, case_id))[f"clock:{case_id}:1:CALLBACK:D7"]
    assert isinstance(found, Consequence)
    desk.later(hours=170)
    answer = await desk.send(found.command, found.body, to=case_id, by="system", command_id=found.command_id)
    assert (answer.status, answer.body["event"]["type"]) == (201, "SlaBreached")


async def test_each_missed_call_back_is_flagged_once_by_its_due_time(desk: Desk) -> None:
    case_id = await a_case(desk, *VISIT, D7, M1)
    week, month = (
        {"clock": "CALLBACK", "part": point, "due_at": at(hours), "policy_version": 1}
        for point, hours in (("D7", 168), ("M1", 720))
    )
    desk.later(hours=168, seconds=1)
    assert (await desk.send("FlagBreach", week, to=case_id, by="system")).status == 201
    assert (await desk.send("FlagBreach", week, to=case_id, by="system")).status == 200
    early = await desk.send("FlagBreach", month, to=case_id, by="system")
    assert (early.status, early.body["code"]) == (409, "S-GUARD")
    desk.later(hours=600)
    assert (await desk.send("FlagBreach", month, to=case_id, by="system")).status == 201


async def test_a_verified_service_ends_the_watch_over_the_resolution(desk: Desk) -> None:
    case_id = await a_case(desk)
    assert isinstance((await watched(desk, case_id))[f"clock:{case_id}:1:RESOLUTION"], Consequence)
    await happened(desk, case_id, *REMOTE)
    assert isinstance((await watched(desk, case_id))[f"clock:{case_id}:1:RESOLUTION"], Withdrawal)


@pytest.mark.parametrize(
    "facts",
    [
        (*REMOTE, D7, *EVALUATED, KEPT, done()),
        (*REMOTE, D7, done(), *EVALUATED, KEPT),
        (*REMOTE, *EVALUATED, KEPT, D7, done()),
        (*VISIT, D7, M1, done(), *EVALUATED, KEPT, done("M1")),
        (*VISIT, D7, M1, done(), done("M1"), *EVALUATED, KEPT),
        (*REMOTE, D7, *EVALUATED, KEPT, done(score=3, result="ACCEPTABLE"), ("CaseClosed", {})),
    ],
)
async def test_the_last_of_archive_and_call_backs_closes_the_case(desk: Desk, facts: tuple[Fact, ...]) -> None:
    case_id = await a_case(desk, *facts)
    (wanted,) = await asked(desk, case_id, close_when_done)
    assert (wanted.key, wanted.command, wanted.body) == (f"close:{case_id}:1", "CloseCase", {})
    for _ in range(2):
        answer = await desk.send("CloseCase", {}, to=case_id, by="system", command_id=wanted.command_id)
        assert (answer.is_accepted, answer.body["state"]) == (True, "CLOSED")
    assert (await desk.types(case_id)).count("CaseClosed") == 1


@pytest.mark.parametrize(
    "facts",
    [
        (*REMOTE, D7, *EVALUATED, KEPT),
        (*REMOTE, *EVALUATED, KEPT),
        (*REMOTE, D7, done(), *EVALUATED),
        (*VISIT, D7, done(), *EVALUATED, KEPT),
        (*VISIT, D7, M1, done(), *EVALUATED, KEPT),
        (*REMOTE, D7, done(score=2, result="DISSATISFIED"), *EVALUATED, KEPT),
    ],
)
async def test_an_open_point_or_a_dissatisfied_customer_keeps_the_case_open(
    desk: Desk, facts: tuple[Fact, ...]
) -> None:
    assert await asked(desk, await a_case(desk, *facts), close_when_done) == []


async def given_up(desk: Desk, case_id: str) -> Reaction:
    """What follows for the call-back of the week."""
    recorded = (await desk.events(case_id))[-1]
    case = (await desk.aggregates.refresh(recorded.subject)).state
    (found,) = give_up_calls(recorded, decode(recorded), case, rules())
    assert found.key == f"give-up:{case_id}:1:D7"
    return found


@pytest.mark.proves("R-2.5.1-b")
async def test_a_call_back_that_was_tried_often_enough_is_given_up_when_its_window_is_over(desk: Desk) -> None:
    case_id = await a_case(desk, *REMOTE, D7)
    for days, method in ((0, "PHONE"), (1, "PHONE"), (0, "EMAIL")):
        assert (await given_up(desk, case_id)) == Withdrawal(f"give-up:{case_id}:1:D7")
        desk.later(days=days)
        body = {"point": "D7", "method": method, "result": "NO_ANSWER"}
        assert (await desk.send("AttemptCallback", body, to=case_id)).status == 201
    wanted = await given_up(desk, case_id)
    assert isinstance(wanted, Consequence)
    assert (wanted.command, wanted.body) == ("GiveUpCallback", {"point": "D7"})
    assert wanted.not_before == NOON + timedelta(days=9)
    answer = await desk.send(wanted.command, wanted.body, to=case_id, by="system", command_id=wanted.command_id)
    assert (answer.status, answer.body["event"]["type"]) == (201, "CallbackUnreachable")
    assert isinstance(await given_up(desk, case_id), Withdrawal)
