"""What is recorded late is flagged, and no machine gives the first response."""

from datetime import timedelta

import pytest

from shared.projections.case_line import line_of
from shared.projections.reference import Reference
from shared.projections.standing import standing_of
from tests.support import samples
from tests.support.desk import Desk


async def line(desk: Desk, case_id: str) -> list[str]:
    """The flags of a case as lists show them."""
    standing = standing_of(await desk.events(case_id), Reference())
    assert standing is not None
    return line_of(standing).flags


@pytest.mark.proves("R-2.1.2-c")
@pytest.mark.parametrize(("minutes", "is_late"), [(15, False), (16, True)])
async def test_a_report_recorded_after_fifteen_minutes_is_flagged(minutes: int, is_late: bool) -> None:
    desk = Desk()
    await desk.open()
    received_at = desk.clock.now() - timedelta(minutes=minutes)
    case_id = await desk.register(received_at=received_at.isoformat(), fault_at=samples.at(-24))
    assert ("RECORDED_LATE" in await line(desk, case_id)) is is_late


@pytest.mark.proves("R-2.1.2-e")
async def test_an_automatic_reply_is_no_first_response() -> None:
    desk = Desk()
    await desk.open()
    case_id = await desk.register()
    answer = await desk.send("AcknowledgeCase", samples.acknowledgement() | {"auto": True}, to=case_id)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "auto")
    folded = await desk.aggregates.get(f"evt.case.{case_id}")
    assert folded.state.intake.acknowledged_at is None
