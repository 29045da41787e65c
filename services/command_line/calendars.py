"""The company's calendar as the log has it: which version is in force, and whether coming days lack a notice."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import click
import msgspec
import structlog
from msgspec import Struct

from services.administration.stage import changes
from services.command_line.output import shown
from shared.clocks.calendar import Calendar
from shared.clocks.default_week import DEFAULT_WEEK
from shared.clocks.notice import unconfirmed_from
from shared.clocks.policy import CALENDAR
from shared.events.envelope import subject_of
from shared.events.policy import CalendarContent, CalendarPublished
from shared.masters.policy import Policy
from shared.store.cache import Aggregates
from shared.store.order import Fault
from shared.store.port import EventStore
from shared.store.problem import told

_log = structlog.get_logger(__name__)


class CalendarInForce(Struct, frozen=True):
    """`version` 0: none was published, the ordinary week counts. `newest` is the newest published version.

    `unconfirmed_from`: the first of the next 60 days that no official notice has confirmed.
    """

    version: int
    newest: int
    content: CalendarContent
    unconfirmed_from: date | None


async def calendar_in_force(store: EventStore, now: datetime) -> CalendarInForce:
    """The calendar that counts now. Raises: as EventStore.load."""
    policy: Policy = (await Aggregates(store).get(subject_of("policy", CALENDAR))).state
    found = policy.in_force(now)
    published = found if isinstance(found, CalendarPublished) else None
    content = published.content if published is not None else DEFAULT_WEEK
    version = published.version if published is not None else 0
    return CalendarInForce(version, policy.newest, content, unconfirmed_from(Calendar.of(content), now))


async def warn_of_missing_notice(store: EventStore) -> None:
    """Say in the process's log that official days are missing, when they are. Raises: as EventStore.load."""
    found = await calendar_in_force(store, datetime.now(UTC))
    if found.unconfirmed_from is not None:
        _log.warning(
            "official days are missing: publish the next year's notice as a calendar",
            calendar_version=found.version,
            unconfirmed_from=str(found.unconfirmed_from),
        )


def file_of(content: CalendarContent) -> bytes:
    """A calendar as a file that people may edit."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1)


def tell_changes(before: CalendarContent, after: CalendarContent) -> None:
    """Which days are others now, for who looks a draft over; standard output is the draft's."""
    for one in changes(before, after):
        click.echo(f"{one.day}  {_day(one.before)} -> {_day(one.after)}", err=True)
    click.echo(f"未确认 / provisional from: {shown(after.provisional_from) or '-'}", err=True)


def _day(hours: Iterable[Iterable[str]]) -> str:
    return " ".join("-".join(interval) for interval in hours) or "休 / off"


def tell_refused(faults: Iterable[Fault]) -> None:
    """Every line of a notice that was refused."""
    for fault in faults:
        click.echo(" ".join(filter(None, (fault.code, fault.field, told(fault).both))), err=True)
