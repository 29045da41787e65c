"""A simulation for the command line: drafts read from files, the question asked, and the answer in tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from services.administration.stage import PUBLISHING, Draft, PublishedRules, drafted_calendar, drafted_levels
from services.command_line.asking import database
from services.command_line.output import tell_table
from services.command_line.progress import told_progress
from services.command_line.stages import read
from services.followup.stage import Simulated, SimulationQuestion
from shared.clocks.policy import CALENDAR, SERVICE_LEVELS
from shared.events.policy import CalendarPublished, SlaPolicyPublished
from shared.runtime.settings import Settings
from shared.store.order import Fault, Refused

SHOWN_CASES = 8
"""Cases that a table names behind a number."""
SHOWN_CUSTOMERS = 50


class Publication(Struct, frozen=True):
    """The ordinary command that publishes a draft, with its whole body as far as it is known."""

    command: str
    id: str
    body: dict[str, Any]


class DraftFiles(Struct, frozen=True):
    """Where the drafts are, one of them at least."""

    policy: Path | None
    calendar: Path | None


class Drafts(Struct, frozen=True):
    """What is tried: service levels, a calendar or both."""

    policy: Draft[SlaPolicyPublished] | None
    calendar: Draft[CalendarPublished] | None


class Tried(Struct, frozen=True):
    """What a draft would have changed, and how it is published."""

    simulated: Simulated
    publications: list[Publication]


def content_of(path: Path) -> Any:
    """A file of JSON. Raises: ValueError that says so in both languages; OSError."""
    try:
        return msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path} 不是 JSON / is not JSON: {error}") from None


def drafts_of(files: DraftFiles, now: datetime, known: PublishedRules) -> Drafts:
    """The drafts in these files. Raises: Refused with every fault of both; ValueError, OSError."""
    policy, calendar = files.policy, files.calendar
    faults: list[Fault] = []
    is_both = policy is not None and calendar is not None

    def read_as[Found](path: Path | None, judge: Callable[[Any, datetime, PublishedRules], Found]) -> Found | None:
        try:
            return judge(content_of(path), now, known) if path is not None else None
        except Refused as refused:
            place = f"{path}: " if is_both else ""
            faults.extend(replace(one, field=place + one.field) for one in refused.faults)
            return None

    found = Drafts(read_as(policy, drafted_levels), read_as(calendar, drafted_calendar))
    if faults:
        raise Refused(*faults)
    return found


async def tried(where: Settings, files: DraftFiles, start: datetime, end: datetime) -> Tried:
    """The simulation of these drafts on the cases received from `start` up to but without `end`.

    Raises: Refused with every fault of the drafts; ValueError, OSError.
    """
    now = datetime.now(UTC)
    async with database(where) as connection:
        known: PublishedRules = await read("published_rules")(connection)
        drafts = drafts_of(files, now, known)
        question = SimulationQuestion(
            start=start,
            end=end,
            at=now,
            levels=known.levels,
            calendars=known.calendars,
            policy=drafts.policy.published.content if drafts.policy is not None else None,
            calendar=drafts.calendar.published.content if drafts.calendar is not None else None,
        )
        with told_progress("试算 / simulate", await read("simulated_cases")(connection, question)) as told:
            simulated: Simulated = await read("simulate")(connection, question, told)
    return Tried(simulated, list(_publications(drafts, known)))


def _publications(drafts: Drafts, known: PublishedRules) -> Iterator[Publication]:
    for name, draft, published in (
        (SERVICE_LEVELS, drafts.policy, known.levels),
        (CALENDAR, drafts.calendar, known.calendars),
    ):
        if draft is not None:
            version = len(published) + 1
            yield Publication(PUBLISHING[name], name, {**draft.body, "version": version})


def tell(found: Tried) -> None:
    """Tables for people, then how to publish."""
    simulated = found.simulated
    total = simulated.total
    change = (total.before.breached, total.after.breached, total.newly_breached, total.no_longer_breached)
    click.echo("{} 个服务单；超时 {} → {}，新增 {}，消除 {}".format(simulated.cases, *change))
    click.echo("{} cases; missed {} → {}, newly {}, no longer {}\n".format(simulated.cases, *change))
    headings = ("原 n", "按时 met", "超时 missed", "试 n", "按时 met", "超时 missed")
    changes = ("新超时 newly", "不再 no longer", "暂定 provisional")
    tell_table(
        ("时钟 clock", "紧急 urgency", *headings, *changes),
        [(one.clock, one.urgency, *_numbers(one)) for one in simulated.by_clock],
        "按时钟和紧急程度：按原规则，按草案 / by clock and urgency: as it was, as it would have been",
    )
    customers = simulated.by_customer[:SHOWN_CUSTOMERS]
    tell_table(
        ("客户 customer", *headings, *changes),
        [(one.customer_name or one.customer_id or "?", *_numbers(one)) for one in customers],
        "\n按客户 / by customer",
    )
    if rest := len(simulated.by_customer) - len(customers):
        click.echo(f"… 另有 {rest} 家 / {rest} more: --json")
    if cases := list(_cases(simulated)):
        headings = ("时钟 clock", "紧急 urgency", "", "情况 status", "n", "服务单 cases")
        tell_table(headings, cases, "\n变化的服务单 / cases that change")


def _numbers(one: Any) -> tuple[int | str, ...]:
    before, after = one.before, one.after
    sides = (before.n, before.met, before.breached, after.n, after.met, after.breached)
    return *sides, one.newly_breached, one.no_longer_breached, after.provisional


def _cases(simulated: Simulated) -> Iterator[tuple[Any, ...]]:
    for group in simulated.by_clock:
        for move in group.moves:
            if move.is_newly_breached or move.is_no_longer_breached:
                sign = "新超时 newly" if move.is_newly_breached else "不再 no longer"
                way = f"{move.before or '–'} → {move.after or '–'}"
                yield group.clock, group.urgency, sign, way, move.clocks, _named(move.cases, move.case_count)


def _named(cases: Sequence[str], count: int) -> str:
    shown = " ".join(cases[:SHOWN_CASES])
    return f"{shown} … ({count})" if count > SHOWN_CASES else shown


def tell_publishing(publications: Iterable[Publication], files: dict[str, Path | None]) -> None:
    """The ordinary commands that make the drafts count, from the date that their body names."""
    click.echo("\n发布（正文中的 effective_from 是生效时间）/ to publish, from `effective_from` of the body on:")
    for one in publications:
        lacking = [name for name in ("effective_from", "drafted_by") if name not in one.body]
        path = files.get(one.id)
        click.echo(f"  moldcare send {one.command} --id {one.id} --data {path or 'FILE'} --as supervisor")
        if path is None:
            click.echo("    FILE: moldcare sla simulate … --out FILE")
        if lacking:
            click.echo(f"    先补上 / fill in first: {', '.join(lacking)}")
