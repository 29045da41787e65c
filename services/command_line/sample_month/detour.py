"""What a way of a case has otherwise than the usual ones."""

from collections.abc import Mapping

from msgspec import Struct

from services.command_line.sample_month.steps import Step


class Detour(Struct, frozen=True):
    """`after` and `instead` name usual steps and what follows them or takes their place; `ends` after which it ends."""

    after: Mapping[str, tuple[Step, ...]] = {}
    instead: Mapping[str, tuple[Step, ...]] = {}
    ends: str = ""
