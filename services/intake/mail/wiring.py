"""What the channel e-mail needs of a process, put together once for the worker and for the import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg_pool import AsyncConnectionPool

from services.intake.mail.importing import MailImport, message_files
from services.intake.mail.intake import Asks, MailIntake
from services.intake.mail.ledger import Ledger
from services.intake.mail.senders import RegisteredSenders
from shared.files.port import FileStore
from shared.mail.notice import Returned
from shared.people.people import People
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorSigner
from shared.runtime.imported import Imported
from shared.runtime.settings import Access, Settings
from shared.store.raw import RawMessages

if TYPE_CHECKING:
    from faststream.nats import NatsBroker


DURABLE = "intake-mail"
"""The durable consumer of INTAKE that the worker reads by."""


class Keeps(Protocol):
    """What a door has that notes something in the ledger."""

    @property
    def pool(self) -> AsyncConnectionPool[psycopg.AsyncConnection[Any]]: ...
    @property
    def clock(self) -> Clock: ...


class Means(Keeps, Protocol):
    """Connections, keys and stores of a process that acts as a service."""

    @property
    def people(self) -> People: ...
    @property
    def files(self) -> FileStore: ...
    @property
    def raw(self) -> RawMessages: ...
    @property
    def signer(self) -> ActorSigner: ...
    @property
    def commands(self) -> Asks: ...
    @property
    def access(self) -> Access: ...
    @property
    def settings(self) -> Settings: ...


def mail_intake(means: Means) -> MailIntake:
    """The intake of mail on these means."""
    return MailIntake(
        means.raw,
        means.files,
        means.people,
        ledger=Ledger(means.pool),
        returns=Returned(means.pool, means.clock),
        senders=RegisteredSenders(means.pool, means.people),
        commands=means.commands,
        signer=means.signer,
        clock=means.clock,
    )


def mail_worker(broker: "NatsBroker", means: Means) -> None:
    """Subscribe the worker of the channel; it runs from the broker's start to its stop."""
    # Short commands read the stage too; the library of brokers is loaded by those who run one.
    from services.intake.mail.worker import serve_mail

    serve_mail(broker, mail_intake(means), means.access.inbox_prefix)


@asynccontextmanager
async def mail_folder(means: Means) -> AsyncIterator[None]:
    """Messages are taken from the folder of the settings, if there is one. Raises: BadSetting."""
    folder = means.settings.mail_folder
    if folder is None:
        yield
        return
    from services.intake.mail.drop_folder import DropFolder, watched

    async with watched(DropFolder(folder, means.raw)):
        yield


@asynccontextmanager
async def mail_port(means: Means) -> AsyncIterator[None]:
    """Messages are taken over SMTP on the port of the settings, if there is one. Raises: BadSetting."""
    told = means.settings
    if not told.smtp_port:
        yield
        return
    from services.intake.mail.smtp_port import Limits, listening

    limits = Limits(told.smtp_sessions, told.smtp_seconds, told.smtp_size)
    async with listening(told.smtp_port, means.raw, limits):
        yield


def import_mail(means: Means, path: Path) -> AsyncIterator[Imported]:
    """Take the message in this file, or every message of this folder; the end of each, in order.

    Raises: FileNotFoundError; Later when the servers cannot be reached.
    """
    return MailImport(means.raw, Ledger(means.pool), mail_intake(means)).run(message_files(path))


async def read_again(means: Means) -> tuple[int, int]:
    """Read every quarantined message anew; how many left quarantine, and how many are still there. Raises: Later."""
    intake = mail_intake(means)
    freed = await intake.try_again()
    return freed, len(await intake.waiting())


async def set_aside(means: Keeps, position: int, user: str) -> bool:
    """Note that nothing is to be done about a message, by whom and when; False when there is none to decide on.

    Raises: psycopg.OperationalError, PoolTimeout.
    """
    return await Ledger(means.pool).set_aside(position, user, means.clock.now())
