"""`moldcare events`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Any

import click
import msgspec
from msgspec import Struct

from services.command_line.asking import event_log, finish, settings
from services.command_line.case_id import CASE_ID
from services.command_line.choices import event_types, some_of
from services.command_line.moments import MOMENT
from services.command_line.output import tell_line
from shared.events.envelope import Recorded, subject_of
from shared.runtime.settings import Settings
from shared.store.port import EventStore

Border = int | datetime | None


class Wanted(Struct, frozen=True):
    """Which events: of one case, of some types, from and to a position or an instant of recording, both included."""

    subject: str | None
    types: frozenset[str]
    start: Border
    end: Border

    def has(self, recorded: Recorded) -> bool:
        """Whether an event is wanted."""
        if self.subject is not None and recorded.subject != self.subject:
            return False
        if self.types and recorded.meta.type not in self.types:
            return False
        return not _before(recorded, self.start)

    def is_over(self, recorded: Recorded) -> bool:
        """Whether neither this event nor any later one is wanted."""
        match self.end:
            case None:
                return False
            case int():
                return recorded.sequence > self.end
            case datetime():
                return recorded.meta.recorded_at > self.end


def _before(recorded: Recorded, border: Border) -> bool:
    match border:
        case None:
            return False
        case int():
            return recorded.sequence < border
        case datetime():
            return recorded.meta.recorded_at < border


@click.command()
@click.option("--case", "case_id", type=CASE_ID, help="一个服务单 / one case")
@click.option(
    "--type", "types", default="", metavar="T,…", shell_complete=some_of(event_types), help="事件类型 / event types"
)
@click.option("--from", "start", type=MOMENT, help="从 / from")
@click.option("--to", "end", type=MOMENT, help="到 / up to")
@click.option("--follow", is_flag=True, help="继续等待新事件 / wait for new ones; Ctrl-C ends it")
@click.option("--json", is_flag=True, expose_value=False, help="错误也用 JSON / errors in JSON too; events always are")
def command(case_id: str | None, types: str, start: Any, end: Any, follow: bool) -> None:
    """事件日志，每行一个 JSON / the log, one JSON event a line."""
    from shared.events.catalogue import EVENTS

    named = frozenset(name.strip() for name in types.split(",") if name.strip())
    if unknown := named - EVENTS.keys():
        raise click.BadParameter(f"没有事件类型 / no such event type: {', '.join(sorted(unknown))}")
    subject = subject_of("case", case_id) if case_id is not None else None
    finish(_tell(settings(), Wanted(subject, named, start, end), follow))


async def _tell(where: Settings, wanted: Wanted, follow: bool) -> None:
    async with event_log(where) as store, aclosing(_batches(store, wanted, follow)) as batches:
        async for batch in batches:
            for recorded in batch:
                if wanted.is_over(recorded):
                    return
                if wanted.has(recorded):
                    tell_line(line(recorded))


async def _batches(store: EventStore, wanted: Wanted, follow: bool) -> AsyncGenerator[list[Recorded]]:
    if wanted.subject is not None and not follow:
        if not (found := await store.load(wanted.subject)):
            raise LookupError(f"没有 {wanted.subject} / there is nothing under {wanted.subject}")
        yield found
        return
    after = wanted.start - 1 if isinstance(wanted.start, int) and wanted.start > 0 else 0
    batches: Any = store.read(after, follow=follow)
    async with aclosing(batches):
        async for batch in batches:
            yield batch


def line(recorded: Recorded) -> bytes:
    """One event as JSON: position, subject and hash before the payload as it stands in the log."""
    head = {"sequence": recorded.sequence, "subject": recorded.subject, "hash": recorded.hash}
    return msgspec.json.encode(head)[:-1] + b"," + recorded.payload[1:]
