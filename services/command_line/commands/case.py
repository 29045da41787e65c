"""`moldcare case`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from services.command_line.asking import database, finish, settings
from services.command_line.case_id import CASE_ID
from services.command_line.choices import LateChoice, sorts, views
from services.command_line.completing import users
from services.command_line.moments import MOMENT
from services.command_line.output import json_option, tell_json, tell_table
from services.command_line.told_clocks import tell_clocks
from shared.projections.scope import EVERYTHING
from shared.runtime.settings import Settings

if TYPE_CHECKING:
    from services.command_line.timeline import Happened


@click.group()
def command() -> None:
    """服务单 / cases."""


@command.command("list")
@click.option("--view", type=LateChoice(views), default="open", show_default=True, help="视图 / which cases")
@click.option("--q", "words", default="", help="查找 / words, a number, a customer")
@click.option("--sort", type=LateChoice(sorts), default="-received", show_default=True, help="排序 / order")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="行数 / rows")
@click.option("--user", default="", shell_complete=users, help="mine 视图的用户 / whose cases, for the view mine")
@click.option("--as-of", type=MOMENT, help="当时所知 / as known then")
@json_option
def list_cases(view: str, words: str, sort: str, limit: int, user: str, as_of: Any, as_json: bool) -> None:
    """服务单清单 / a list of cases."""
    # Whoever can read the keys may read everything.
    question = {
        "scope": EVERYTHING,
        "texts": EVERYTHING,
        "view": view,
        "q": words,
        "sort": sort,
        "limit": limit,
        "user": user,
        "as_of": as_of,
    }
    page = finish(_page(settings(), question))
    if as_json:
        tell_json(page)
        return
    headings = (
        "服务单 case",
        "状态 state",
        "紧急 urgency",
        "客户 customer",
        "模具 mould",
        "收到 received",
        "时限 due",
        "标记 flags",
    )
    tell_table(
        headings,
        [
            (
                one.case_id,
                one.state,
                one.urgency,
                one.customer_name,
                one.mould_no,
                one.received_at,
                _due(one),
                one.flags,
            )
            for one in page.items
        ],
    )


def _due(one: Any) -> datetime | None:
    return one.next_deadline.due_at if one.next_deadline is not None else None


async def _page(where: Settings, question: dict[str, Any]) -> Any:
    from services.command_line.stages import read
    from services.intake.stage import CaseQuestion

    async with database(where) as connection:
        return await read("cases")(connection, CaseQuestion(now=datetime.now(UTC), **question))


@command.command()
@click.argument("case_id", metavar="ID", type=CASE_ID)
@click.option("--as-of", type=MOMENT, help="当时所知 / as known then")
@json_option
def show(case_id: str, as_of: Any, as_json: bool) -> int:
    """一个服务单 / one case: how it stands, its clocks and what happened."""
    found = finish(_case(settings(), case_id, as_of))
    if found["case"] is None:
        raise LookupError(f"没有服务单 {case_id} / there is no case {case_id}")
    if as_json:
        tell_json(found)
    else:
        _tell(found)
    return 0


async def _case(where: Settings, case_id: str, as_of: Any) -> dict[str, Any]:
    from services.command_line.stages import read
    from services.command_line.timeline import timeline

    async with database(where) as connection:
        position = await read("position_at")(connection, as_of)
        found: dict[str, Any] = {"case": await read("case")(connection, case_id, EVERYTHING, as_of)}
        found["events"] = await timeline(connection, case_id, position)
        if as_of is None:
            book = await read("rulebook")(connection)
            found["clocks"] = await read("clocks")(connection, case_id, datetime.now(UTC), book)
    return found


def _tell(found: dict[str, Any]) -> None:
    item = found["case"]
    names = [name for name in item.__struct_fields__ if name != "next_deadline"]
    tell_table(("", ""), [(name, value) for name in names if (value := getattr(item, name)) not in (None, [])])
    if found.get("clocks"):
        tell_clocks(found["clocks"], {one.event_id: f"v{one.version} {one.type}" for one in found["events"]})
    rows = [(one.sequence, one.version, _named(one), one.occurred_at, one.actor) for one in found["events"]]
    tell_table(
        ("位置 sequence", "版本 version", "事件 event", "发生 occurred", "操作人 actor"), rows, "\n经过 / events"
    )
    if trail := list(_trail(found["events"])):
        headings = ("事件 event", "字段 field", "原值 old", "现值 new", "原因 why", "操作人 actor", "记录 recorded")
        tell_table(headings, trail, "\n更正与作废 / corrected and voided")


def _named(one: "Happened") -> str:
    """The type of an event, with a mark where it no longer counts."""
    return one.type if one.voided is None else f"{one.type} (作废 voided v{one.voided.version})"


def _trail(events: "Sequence[Happened]") -> Iterator[tuple[Any, ...]]:
    """What was corrected in which event, and what was voided; sealed texts stay sealed."""
    for one in events:
        for made in one.corrections:
            values = (_plain(made.old_value), _plain(made.new_value))
            yield f"v{one.version} {one.type}", made.field_path, *values, made.reason_code, made.actor, made.recorded_at
        if (voided := one.voided) is not None:
            moved = f"→ {voided.moved_to_case}" if voided.moved_to_case else ""
            yield f"v{one.version} {one.type}", "作废 voided", "", moved, "", voided.actor, voided.recorded_at


def _plain(value: Any) -> Any:
    is_sealed = isinstance(value, str) and value.removeprefix("note:").startswith("sealed:")
    return "（已加密 sealed）" if is_sealed else value
