"""The names of the published fault codes."""

from typing import Any

import msgspec

from services.console.parts import Connection
from services.console.reading import Reading
from shared.clocks.policy import FAULT_CODES
from shared.events.vocabulary import Language


async def fault_names(reading: Reading, connection: Connection, language: str) -> dict[str, str]:
    """The names of the published fault codes that may still be used, in one language."""
    versions = await reading.read("policy")(connection, FAULT_CODES)
    if not versions:
        return {}
    codes: list[dict[str, Any]] = msgspec.json.decode(versions[-1].content)["codes"]
    name = Language.ZH.value if language == "zh" else Language.EN.value
    return {one["code"]: one[name] for one in codes if one.get("active", True)}
