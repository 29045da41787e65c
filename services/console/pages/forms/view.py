"""A form as its template shows it: one node for each field with its path, label, values, options and fault."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from services.console.pages.forms.choices import Choices, Option, choices_of
from services.console.pages.forms.shape import FormField
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.typed import FILE_NAME, GIVEN, Typed, inside, none_path, one, row_path, rows_of
from services.console.pages.language import Words


class Row(Struct, frozen=True):
    """One row of a repeating group."""

    path: str
    label: str
    nodes: Sequence["Node"]
    is_new: bool = False


class Node(Struct, frozen=True, kw_only=True):
    """One field. `look` is the kind of input; `preset` what the form was filled with;
    `stored` a file's name; `height` lines of a text area."""

    path: str
    label: str
    look: str
    is_required: bool
    may_be_unknown: bool
    value: str = ""
    values: Sequence[str] = ()
    options: Sequence[Option] = ()
    fault: str = ""
    nodes: Sequence["Node"] = ()
    rows: Sequence[Row] = ()
    can_grow: bool = False
    none: str = ""
    none_label: str = ""
    has_none: bool = False
    preset: str = ""
    height: int = 2
    stored: str = ""


def has_something(nodes: Iterable[Node]) -> bool:
    """Whether something was typed or is wrong in one of these, or below it."""
    return any(
        node.value or node.values or node.fault or node.rows or node.has_none or has_something(node.nodes)
        for node in nodes
    )


class Sight(Struct):
    """What nodes are made from; `labels` is filled as they are made."""

    given: Typed
    faults: Mapping[str, str]
    now: Situation
    words: Words
    added: str = ""
    labels: dict[str, str] = {}


def nodes_of(fields: Iterable[FormField], sight: Sight, path: str = "", trail: str = "") -> list[Node]:
    """The nodes of these fields."""
    return [_node(field, sight, inside(path, field.name), trail) for field in fields if field.kind != "denied"]


def _node(field: FormField, sight: Sight, path: str, trail: str) -> Node:
    words, given = sight.words, sight.given
    label = words.field(field.owner, field.name)
    sight.labels[path] = full = f"{trail} · {label}" if trail else label
    none = none_path(field, path) if field.none else ""
    if none:
        sight.labels[none] = words.field(field.owner, field.none)
    choices = _kept(given, path) if field.kind == "files" else choices_of(field, sight.now, words)
    value = one(given, path)
    return Node(
        path=path,
        label=label,
        look=_look(field, choices),
        is_required=field.is_required,
        may_be_unknown=field.may_be_unknown,
        value=value,
        values=[text for value in given.get(path, ()) if (text := value.strip())],
        options=_with_typed(choices, value if field.kind not in ("choices", "picks", "files") else "", given, path),
        fault=sight.faults.get(path) or (sight.faults.get(none, "") if none else ""),
        nodes=nodes_of(field.fields, sight, path, full) if field.kind == "group" else (),
        rows=_rows(field, sight, path, label) if field.kind == "rows" else (),
        can_grow=field.kind == "rows" and not any(one.kind == "fixed" for one in field.fields),
        none=none,
        none_label=sight.labels.get(none, ""),
        has_none=bool(none and one(given, none)),
        preset=one(given, path + GIVEN),
        height=5 if field.most > 500 else 2,
        stored=one(given, path + FILE_NAME) or value[:19],
    )


def _kept(given: Typed, path: str) -> Choices:
    """The files that a list holds so far, by the names they came with."""
    there = dict.fromkeys(text for value in given.get(path, ()) if (text := value.strip()))
    return Choices([Option(file_ref, one(given, file_ref + FILE_NAME) or file_ref[:19]) for file_ref in there])


def _look(field: FormField, choices: Choices) -> str:
    """The input that suits a field: a list to choose from where there is one."""
    if field.kind in ("pick", "text", "number"):
        if choices.options and not choices.is_open:
            return "choice"
        return "suggested" if choices.options else "text" if field.kind == "pick" else field.kind
    if field.kind == "picks":
        return "choices" if choices.options else "lines"
    return field.kind


def _with_typed(choices: Choices, value: str, given: Typed, path: str) -> Sequence[Option]:
    """The options, with what was typed before even when it is none of them."""
    if not choices.options or choices.is_open:
        return choices.options
    known = {option.value for option in choices.options}
    typed = [value] if value else [text.strip() for text in given.get(path, ())]
    return [*choices.options, *(Option(text, text) for text in typed if text and text not in known)]


def _rows(field: FormField, sight: Sight, path: str, label: str) -> list[Row]:
    there = rows_of(sight.given, path)
    wanted = max(field.least if not _is_none(field, sight, path) else 0, len(there) + (sight.added == path))
    free = (index for index in range(wanted + len(there)) if index not in there)
    numbers = [*there, *(next(free) for _ in range(wanted - len(there)))]
    return [_row(field, sight, row_path(path, index), label, index, index not in there) for index in numbers]


def _row(field: FormField, sight: Sight, path: str, label: str, index: int, is_new: bool) -> Row:
    fixed = next((one for one in field.fields if one.kind == "fixed"), None)
    title = f"{label} {index + 1}"
    if fixed is not None:
        title = sight.words.named(fixed.group, one(sight.given, inside(path, fixed.name)))
    nodes = nodes_of([each for each in field.fields if each.kind != "place"], sight, path, title)
    return Row(path, title, nodes, is_new and sight.added == path.rpartition("[")[0])


def _is_none(field: FormField, sight: Sight, path: str) -> bool:
    return bool(field.none and one(sight.given, none_path(field, path)))
