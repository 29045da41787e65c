"""What checking a command body found: faults at their fields, and what the body refers to."""

from collections.abc import Callable
from typing import Any

from shared.store.order import Fault, Reference

FAILED = object()
"""Stands for a value that has a fault."""


class Findings:
    """What checking one body found: faults, and which other aggregates and files it names."""

    __slots__ = ("faults", "references")

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.references: list[Reference] = []

    def fault(self, code: str, text: str, field: str, **values: Any) -> object:
        """Note a fault and answer the mark of a failed value."""
        self.faults.append(Fault(code, text, field, values))
        return FAILED


Check = Callable[[Any, str, Findings], Any]
