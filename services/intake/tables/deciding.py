"""What a row leads to, beside what the register says: commands, nothing, or a refusal with all reasons. Pure."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from services.intake.decide_register import whole_terms
from services.intake.tables.registers import TERMS_COMMAND, Register
from services.intake.tables.rows import Said
from services.intake.tables.standings import Standing
from shared.masters.revision import given
from shared.store.checker import draft_of
from shared.store.order import Fault, merge


class Step(Struct, frozen=True):
    """A command that a row asks for. `base` is the version that it was decided on, 0 to open; `changed` the fields."""

    command: str
    body: dict[str, Any]
    base: int
    changed: tuple[str, ...]


def faults_of(register: Register, said: Said, standing: Standing) -> tuple[Fault, ...]:
    """Why a row is not sent at all: its cells by themselves, or its warranty; then whatever its fields lack too."""
    terms: list[Fault] = []
    if register.terms is not None and said.terms:
        draft, findings = draft_of(register.terms, _terms(said, standing))
        terms = [*findings.faults, *whole_terms(draft)]
    if not said.faults and not terms:
        return ()
    return merge(said.faults, _findings(register, said, standing), terms)


def _findings(register: Register, said: Said, standing: Standing) -> Iterable[Fault]:
    if standing.version:
        return draft_of(register.fields, said.fields)[1].faults
    return draft_of(register.registered, {**said.fields, register.number: said.number})[1].faults


def first_step(register: Register, said: Said, standing: Standing, reason: str) -> Step | None:
    """The command that makes the register say what the row says, None when it says so already."""
    if not standing.version:
        body = {register.number: said.number, **said.fields}
        return Step(register.opening, body, 0, tuple(said.fields))
    changed = _changed(register, said, standing)
    if not changed:
        return None
    fields = {name: said.fields[name] for name in changed}
    return Step(register.revising, {"fields": fields, "reason": said.reason or reason}, standing.version, changed)


def _changed(register: Register, said: Said, standing: Standing) -> tuple[str, ...]:
    draft, findings = draft_of(register.fields, said.fields)
    if findings.faults:
        return tuple(said.fields)
    return tuple(name for name, value in given(draft).items() if value != getattr(standing.registered, name))


def terms_step(register: Register, said: Said, standing: Standing) -> Step | None:
    """The command that grants the warranty of the row, None when it names none or stands already."""
    if register.terms is None or not said.terms:
        return None
    body = _terms(said, standing)
    draft, _ = draft_of(register.terms, body)
    return None if draft == standing.terms else Step(TERMS_COMMAND, body, standing.version, tuple(said.terms))


def _terms(said: Said, standing: Standing) -> dict[str, Any]:
    """What the row does not say of a warranty stays as it is."""
    standing_terms = msgspec.to_builtins(standing.terms) if standing.terms is not None else {}
    return {**standing_terms, **said.terms}
