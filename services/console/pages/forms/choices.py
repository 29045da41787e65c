"""What may be chosen in a field: options of enums, our people, numbers of the registers, codes, earlier events."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from services.console.pages.forms.correcting import correctable, paths_in
from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from services.console.pages.in_words import label_of, value_in_words
from services.console.pages.language import Words
from shared.events.catalogue import EVENTS
from shared.events.paths import value_at
from shared.events.vocabulary import Role


class Option(Struct, frozen=True):
    """One thing to choose."""

    value: str
    label: str


class Choices(Struct, frozen=True):
    """Options of a field; `is_open`: something else may be typed too."""

    options: Sequence[Option] = ()
    is_open: bool = False


_SENT = frozenset({Role.TECHNICIAN.value, Role.ENGINEER.value})
_WHO: dict[str, frozenset[str]] = {
    "technicians": _SENT,
    "delegate_of": frozenset({Role.SUPERVISOR.value}),
    "relayed_by": frozenset({Role.SALES.value}),
}
"""Roles of those who come into question, where not everybody does."""


def choices_of(field: FormField, now: Situation, words: Words) -> Choices:
    """The choices of one field."""
    if field.options:
        return Choices([Option(value, words.named(field.group, value)) for value in field.options])
    special = _SPECIAL.get(field.name)
    if special is not None:
        return special(now, words)
    match field.group:
        case "staff":
            return Choices(_people(field.name, now, words))
        case "customer":
            return Choices([Option(row.customer_no, row.customer_name) for row in now.customers], is_open=True)
        case "mould":
            return Choices([Option(row.mould_no, f"{row.mould_name} {row.model}") for row in now.moulds], is_open=True)
        case "case":
            others = [Option(one.case_id, _case(one, words)) for one in now.history]
            return Choices(others, is_open=field.kind != "picks")
        case _:
            return Choices()


def _people(name: str, now: Situation, words: Words) -> list[Option]:
    if name == "people" and (sent := now.said("ServicePrepared", "technicians")):
        return [_person(user, now, words) for user in sent]
    wanted = _WHO.get(name)
    rows = [row for row in now.staff if wanted is None or wanted & set(row.roles)]
    return [_person(row.aggregate_id, now, words) for row in rows]


def _person(user: str, now: Situation, words: Words) -> Option:
    row = next((row for row in now.staff if row.aggregate_id == user), None)
    if row is None:
        return Option(user, user)
    where = words.named("Department", row.dept) if row.dept else " ".join(words.named("Role", one) for one in row.roles)
    name = (
        f"{row.name}（{user}）" if row.name and words.language == "zh" else f"{row.name} ({user})" if row.name else user
    )
    return Option(user, f"{name} · {where}")


def _case(one: object, words: Words) -> str:
    received, state = getattr(one, "received_at", None), getattr(one, "state", "")
    fault = getattr(one, "fault_code", None) or ""
    told = (getattr(one, "case_id", ""), words.instant(received), words.named("CaseState", state), fault)
    return " · ".join(text for text in told if text)


def _codes(now: Situation, words: Words) -> Choices:
    return Choices([Option(code, name) for code, name in now.codes.items()], is_open=True)


def _plan_steps(now: Situation, words: Words) -> Choices:
    steps = now.said("PlanProposed", "steps") or ()
    return Choices([Option(str(step["seq"]), f"{step['seq']} · {words.plain(step['text'])[:60]}") for step in steps])


def _drawings(now: Situation, words: Words) -> Choices:
    """The numbers of the linked mould's drawings, with their revisions."""
    listed = [drawing.rpartition(" ") for drawing in now.mould.drawings] if now.mould is not None else []
    return Choices([Option(number, f"{number} {revision}") for number, _, revision in listed], is_open=True)


def _revisions(now: Situation, words: Words) -> Choices:
    listed = [drawing.rpartition(" ") for drawing in now.mould.drawings] if now.mould is not None else []
    return Choices([Option(revision, f"{number} {revision}") for number, _, revision in listed], is_open=True)


def _events(names: str, *fields: str) -> Callable[[Situation, Words], Choices]:
    """Earlier events of these types, by what they say in these fields."""

    def found(now: Situation, words: Words) -> Choices:
        options = []
        for event in (one for name in names.split() for one in now.all(name)):
            said = (words.plain(event.data[name]) for name in fields if name in event.data)
            options.append(Option(event.event_id, " · ".join((words.instant(event.occurred_at), *said))))
        return Choices(options)

    return found


def _of_record(now: Situation, words: Words) -> Choices:
    """The events that count, whatever they are; the newest first."""
    return Choices(
        [
            Option(one.event_id, f"#{one.version} {words.named('event', one.type)} · {words.instant(one.occurred_at)}")
            for one in correctable(now.events)
        ]
    )


def _places(now: Situation, words: Words) -> Choices:
    """The values of the event that the form is about."""
    if now.chosen is None:
        return Choices()
    struct, data = EVENTS[now.chosen.type], now.chosen.data
    options = []
    for path in paths_in(now.chosen):
        told = value_in_words(words, struct, path, value_at(data, path))
        options.append(Option(path, f"{label_of(words, struct, path)}: {told[:60]}"))
    return Choices(options)


def _plans(now: Situation, words: Words) -> Choices:
    versions = [str(event.data["plan_version"]) for event in now.all("PlanProposed")]
    return Choices([Option(version, version) for version in reversed(versions)])


_SPECIAL: dict[str, Callable[[Situation, Words], Choices]] = {
    "fault_code": _codes,
    "cause_code": _codes,
    "doc_id": _drawings,
    "revision": _revisions,
    "plan_step": _plan_steps,
    "plan_version": _plans,
    "trial_event_id": _events("TrialRunRecorded TrainingRecorded", "trial_no"),
    "consultation_ref": _events("ConsultationHeld", "conclusion"),
    "target_event_id": _of_record,
    "field_path": _places,
    "feedback_event_id": _events("DepartmentFeedbackSent", "to_department"),
    "shipped_event_id": _events("SpareShipped", "carrier", "tracking_no"),
    "request_event_id": _events("MessageRequested", "trigger"),
    "again_of": _events("MessageRequested", "trigger"),
}
