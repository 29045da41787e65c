"""Clocks that are carried along a case are those that its whole history gives."""

import msgspec

from shared.clocks.catalogue import clocks_of
from shared.clocks.rules import Rulebook
from shared.events.catalogue import decode
from shared.events.policy import SlaContent
from shared.masters.aggregates import AGGREGATES
from shared.projections.reference import Reference
from shared.projections.standing import Standing, step
from tests.support.desk import Desk
from tests.support.samples import UNKNOWN, acknowledgement, at, classification
from tests.support.walking import ONSITE, walk

_HOURS = {"URGENT": {"hours": 1, "base": "H24"}, "NORMAL": {"hours": 8, "base": "H24"}}
LEVELS = msgspec.convert(
    {"name": "standard", "targets": {"FIRST_RESPONSE": _HOURS, "RESOLUTION": _HOURS}}, type=SlaContent
)
BOOK = Rulebook({1: LEVELS})


async def test_clocks_carried_through_a_visit_are_those_computed_anew_after_every_event() -> None:
    walked = await (await walk()).after(ONSITE[-1].command)
    assert await changes_of_clocks(walked.desk, walked.case_id) == [
        "FeedbackReceived",
        "PlanAgreed",
        "ServiceVerified",
    ]


async def test_clocks_move_with_urgency_and_first_response() -> None:
    desk = Desk()
    await desk.open()
    case_id = await desk.register(claimed_urgency=UNKNOWN, info_due_at=at(24))
    await desk.send("SupplementInfo", {"fields": {"claimed_urgency": "URGENT"}, "source": "回电"}, to=case_id)
    await desk.send("AcknowledgeCase", acknowledgement(), to=case_id)
    await desk.send("Classify", classification(), to=case_id)
    assert await changes_of_clocks(desk, case_id) == await desk.types(case_id)


async def changes_of_clocks(desk: Desk, case_id: str) -> list[str]:
    """The events after which clocks differ, having compared all that are carried with those computed anew."""
    standing: Standing | None = None
    state, moved = AGGREGATES["case"].initial, list[str]()
    for recorded in await desk.events(case_id):
        event, before = decode(recorded), standing
        state = AGGREGATES["case"].fold(state, event, recorded.meta)
        standing = step(before, recorded, event, Reference(BOOK))
        carried = tuple(line.clock for line, _ in standing.clocks)
        assert carried == clocks_of(state, BOOK), recorded.meta.type
        if before is None or before.clocks != standing.clocks:
            moved.append(recorded.meta.type)
    return moved
