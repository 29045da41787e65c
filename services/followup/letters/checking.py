"""Letters are checked before anything is answered: a template that cannot be used stops the start, not a customer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.followup.letters.preview import faults
from services.followup.letters.templates import folder_of_a_firm
from shared.runtime.settings import BadSetting


@asynccontextmanager
async def sound_letters(means: object) -> AsyncIterator[None]:
    """Every template can be used while this is entered. Raises: BadSetting naming each that cannot."""
    if found := list(faults(folder_of_a_firm())):
        raise BadSetting("; ".join(found))
    yield
