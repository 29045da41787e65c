"""What the channel e-mail needs of a process, put together once for the worker and for the import."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg_pool import AsyncConnectionPool

from services.intake.mail.importing import MailImport, message_files
from services.intake.mail.intake import Asks, MailIntake
from services.intake.mail.ledger import Ledger
from services.intake.mail.senders import RegisteredSenders
from shared.files.port import FileStore
from shared.people.people import People
from shared.runtime.clock import Clock
from shared.runtime.identity import ActorSigner
from shared.runtime.imported import Imported
from shared.runtime.settings import Access
from shared.store.raw import RawMessages

if TYPE_CHECKING:
    from faststream.nats import NatsBroker


DURABLE = "intake-mail"
"""The durable consumer of INTAKE that the worker reads by."""


class Means(Protocol):
    """Connections, keys and stores of a process that acts as a service."""

    @property
    def pool(self) -> AsyncConnectionPool[psycopg.AsyncConnection[Any]]: ...
    @property
    def people(self) -> People: ...
    @property
    def files(self) -> FileStore: ...
    @property
    def raw(self) -> RawMessages: ...
    @property
    def signer(self) -> ActorSigner: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def commands(self) -> Asks: ...
    @property
    def access(self) -> Access: ...


def mail_intake(means: Means) -> MailIntake:
    """The intake of mail on these means."""
    return MailIntake(
        means.raw,
        means.files,
        means.people,
        ledger=Ledger(means.pool),
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


def import_mail(means: Means, path: Path) -> AsyncIterator[Imported]:
    """Take the message in this file, or every message of this folder; the end of each, in order.

    Raises: FileNotFoundError; Later when the servers cannot be reached.
    """
    return MailImport(means.raw, Ledger(means.pool), mail_intake(means)).run(message_files(path))
