"""Rules as data: service levels, calendars and vocabularies, each in numbered versions with their dates of effect."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.events.shapes import SET_BY_SERVICE, Code, Count, Day, Instant, PolicyName, Positive, Short, UserName
from shared.events.vocabulary import (
    Addressee,
    CallbackPoint,
    CaseState,
    ClockName,
    MouldKind,
    TargetName,
    TimeBase,
    Urgency,
    Weekday,
    Zone,
)

Hours = Annotated[float, Meta(extra_json_schema={"exclusiveMinimum": 0, "maximum": 100_000})]


class Target(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How long a clock may run: hours in a time base, and other hours by zone of the site [h]."""

    hours: Hours
    base: TimeBase
    zones: dict[Zone, Hours] = {}


class EscalationStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """At this share of the target [%] these are told."""

    level: Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 4})]
    percent: Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": 1000})]
    to: list[Addressee]


class CallbackTerm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a call-back is due after the service, in days or in calendar months, and the window around it [days]."""

    days: Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": 366})] = 0
    months: Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": 24})] = 0
    window: list[Annotated[int, Meta(extra_json_schema={"minimum": -60, "maximum": 60})]]


class SlaContent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Targets by clock and urgency, and what goes with them."""

    name: Short
    calendar: Annotated[str, Meta(extra_json_schema={"maxLength": 64})] = ""
    targets: dict[TargetName, dict[Urgency, Target]]
    callbacks: dict[CallbackPoint, CallbackTerm] = {}
    pausable: list[ClockName] = []
    escalation: list[EscalationStep] = []
    told_to_customer: list[CaseState] = []
    quotation_limit_fen: Count = 0
    repeat_shots: dict[MouldKind, Positive] = {}


class SlaPolicyPublished(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version of the service levels; a case keeps the version it began with."""

    version: Positive
    effective_from: Instant
    content: SlaContent
    drafted_by: UserName
    content_hash: Annotated[str, SET_BY_SERVICE] = ""


TimeOfDay = Annotated[str, Meta(description="HH:MM on the local clock, 00:00 to 24:00")]
"""A time on the local clock; its rule checks it, so that what is wrong with a calendar is told all at once."""
DayHours = list[list[TimeOfDay]]


class CalendarContent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When the company works, in the local time of an IANA zone.

    A day is open in intervals `[from, to]`, in order and apart. A special day overrides everything, by no interval at
    all too; a holiday overrides its weekday; a weekday that is not named is closed. From `provisional_from` on no
    official notice has confirmed the days.
    """

    timezone: Annotated[str, Meta(extra_json_schema={"maxLength": 64})]
    week: dict[Weekday, DayHours]
    holidays: list[Day] = []
    special_days: dict[Day, DayHours] = {}
    provisional_from: Day | None = None


class CalendarPublished(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version of the company's calendar; a case keeps the version it began with."""

    version: Positive
    effective_from: Instant
    content: CalendarContent
    drafted_by: UserName
    content_hash: Annotated[str, SET_BY_SERVICE] = ""


class VocabularyCode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One code with its names; a retired code stays readable in old events."""

    code: Code
    zh: Short
    en: Short
    active: bool = True


class VocabularyContent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All codes of one vocabulary."""

    name: PolicyName
    codes: list[VocabularyCode]


class VocabularyPublished(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a vocabulary: it adds, renames or retires codes without a release."""

    version: Positive
    effective_from: Instant
    content: VocabularyContent
    drafted_by: UserName
    content_hash: Annotated[str, SET_BY_SERVICE] = ""
