"""What the composition root makes of a stage."""

from services.command_line.compose import services
from shared.runtime.settings import Settings
from shared.runtime.stage import Stage


async def test_each_worker_of_a_stage_is_subscribed_once(deployment: Settings) -> None:
    subscribed: list[object] = []
    stage = Stage("probe", workers=(lambda broker, here: subscribed.append(broker),))
    async with services(deployment, [stage]):
        assert len(subscribed) == 1
