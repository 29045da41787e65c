"""Whether what is served is what the log says."""

from collections.abc import Sequence
from pathlib import Path

from tests.e2e.running import moldcare
from tests.waiting import until


async def assert_read_models_are_as_refolded(data: Path, *, besides: Sequence[str] = ()) -> None:
    """Nothing is parked or paused, everything at the head, and built anew each read model has the same rows.

    `besides`: checks of the doctor that do not hold, and need not.
    """

    async def is_level() -> bool:
        status = (await moldcare(data, "status", "--json")).told
        lags = {one["lag"] for one in (*status["projections"], *status["reactors"])}
        return lags == {0} and not status["quarantine"]

    await until(is_level, seconds=60)
    examined = await moldcare(data, "doctor", "--json")
    unsound = [one for one in examined.told if not one["is_sound"] and one["check"] not in besides]
    assert unsound == [], unsound
    rebuilt = await moldcare(data, "rebuild", "--all", "--json")
    assert rebuilt.code == 0, rebuilt
    assert all(one["difference"] is not None for one in rebuilt.told), rebuilt.told
