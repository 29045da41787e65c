"""What a script is made of."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from services.command_line.sample_month.pace import Pace
from services.command_line.sample_month.tale import Body, Tale

SENT = "sent"
"""Stands for the technician who is sent."""
ANSWERING = "answering"
"""Stands for the department that was told."""


class Step(Struct, frozen=True):
    """One command of a script. `by`: a user, or who stands for one."""

    name: str
    pace: Pace
    by: str
    command: str
    body: Callable[[Tale, datetime], Body]
