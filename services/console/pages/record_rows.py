"""Rows of the registers in words: which columns are shown, and which enum names the codes in them."""

from collections.abc import Sequence
from typing import Any

from services.console.pages.in_words import Told, in_words
from services.console.pages.language import Words
from shared.events.vocabulary import Addressee

HEADS: dict[str, tuple[str, ...]] = {
    "channels": ("channel", "address", "service_hours", "status", "owner", "backup_owner", "channels_version"),
    "departments": ("name", "dept", "topics", "moulds", "is_active"),
    "improvements": ("state", "source", "department", "owner", "due_at", "close_by", "is_overdue", "level"),
    "reports": ("standing", "period", "author", "meeting_at", "findings"),
}
"""The columns of a list."""
FACTS: dict[str, tuple[str, ...]] = {
    **HEADS,
    "channels": (*HEADS["channels"], "checked_at", "substitute"),
    "improvements": (
        *HEADS["improvements"],
        *("told", "target_metric", "baseline", "target", "is_effective", "evidence_cases", "opened_at", "ended_at"),
    ),
    "reports": (*HEADS["reports"], "participants", "cut_off_position"),
    "moulds": (
        *("mould_no", "mould_name", "kind", "model", "spec", "order_no", "delivery_date", "customer_mould_no"),
        *("cavities", "site", "is_scrapped", "guaranteed_shots", "shots", "shots_estimated", "shots_read_at"),
        *("warranty_start", "warranty_start_basis", "warranty_months", "warranty_shots", "warranty_exclusions"),
        *("contract_ref", "drawings"),
    ),
}
"""The columns of a member's own page; one that its row has not (yet) is left out."""
_ENUMS = {
    "channel": "Channel",
    "status": "ChannelStatus",
    "dept": "Department",
    "department": "Department",
    "state": "ImprovementState",
    "standing": "ReportStanding",
    "source": "ImprovementSource",
    "kind": "MouldKind",
}
_POSTS = frozenset(Addressee)
_OWNERS = {
    "channels": "ChannelRegistered",
    "departments": "DepartmentAdded",
    "improvements": "ImprovementOpened",
    "reports": "QualityReportDrafted",
    "moulds": "MouldRegistered",
}
"""The event whose names of fields a row speaks with."""


def head_of(words: Words, collection: str, name: str) -> str:
    """The name of a column."""
    return words.field(_OWNERS[collection], name)


def told_cells(words: Words, collection: str, row: Any) -> list[str]:
    """The cells of a list in words."""
    return [_shown(words, name, getattr(row, name)) for name in HEADS[collection]]


def told_facts(words: Words, collection: str, row: Any) -> Sequence[Told]:
    """What a member's row says, without what it does not."""
    shown = ((name, getattr(row, name, None)) for name in FACTS[collection])
    return [
        Told(head_of(words, collection, name), _shown(words, name, value))
        for name, value in shown
        if value not in (None, [])
    ]


def posts_of(words: Words, names: Sequence[str]) -> list[str]:
    """Whom a level is told to: posts in words, people by their names."""
    return [words.named("Addressee", one) if one in _POSTS else one for one in names]


def _shown(words: Words, name: str, value: Any) -> str:
    if name == "told":
        return words("list_comma").join(posts_of(words, value))
    group = _ENUMS.get(name)
    return words.named(group, value) if group is not None and value is not None else in_words(words, None, value)
