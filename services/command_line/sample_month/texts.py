"""What the sample month says: problems by fault code and phrases, read from the data files beside this one."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from msgspec import Struct

PROBLEMS = ("injection", "injection_mechanism", "diecast", "stamping", "common")


class PossibleCause(Struct, frozen=True, array_like=True):
    """A cause as the minutes of a consultation name it."""

    category: str
    text: str
    likelihood: str
    evidence: str


class Solution(Struct, frozen=True, array_like=True):
    """What was recommended, what it brings and what may go wrong."""

    text: str
    effect: str
    risk: str


class RemoteStep(Struct, frozen=True, array_like=True):
    """A step of a remote session; an empty text stands for nothing."""

    kind: str
    action: str
    target: str
    before: str
    after: str
    unit: str
    observed: str


class Part(Struct, frozen=True, array_like=True):
    """A part that is replaced."""

    part_no: str
    model: str
    name: str
    qty: float
    unit: str
    old_part: str


class Parameter(Struct, frozen=True, array_like=True):
    """A setting that is changed; `index` -1 stands for none."""

    name: str
    index: int
    before: str
    after: str
    unit: str


class Measure(Struct, frozen=True, array_like=True):
    """What is measured at the trial run: nominal, tolerance, and the value before and after the repair."""

    dimension: str
    nominal: float
    lowest: float
    highest: float
    before: float
    after: float
    unit: str


class Problem(Struct, frozen=True, kw_only=True):
    """One fault as customers report it and as we treat it. `weight`: how often; `hours`: of work on site.

    `needs`: one of these words stands in the name or specification of a mould that can have it.
    """

    code: str = ""
    kinds: list[str]
    needs: list[str] = []
    weight: int
    type: str
    scope: str = "REPAIR"
    route: Literal["remote", "onsite", "either"]
    reports: list[str]
    production: list[str]
    judgement: str
    question: str
    causes: list[PossibleCause]
    solution: Solution
    remote: list[RemoteStep]
    plan: list[str]
    risk: str
    parts: list[Part]
    parameters: list[Parameter]
    measure: Measure
    defect: str
    advice: str
    topic: str
    suggestion: str
    hours: float


def _read(*path: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(*path).read_text(encoding="utf-8"))


@cache
def problems() -> tuple[Problem, ...]:
    """All problems, in the order of the files."""
    return tuple(
        msgspec.convert({**fields, "code": code}, Problem)
        for name in PROBLEMS
        for code, fields in _read("problems", f"{name}.toml").items()
    )


@cache
def phrases() -> dict[str, Any]:
    """Phrases by the occasion on which they are said."""
    return _read("phrases.toml")
