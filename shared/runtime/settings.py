"""What a process is told from outside: environment variables with the prefix MOLDCARE_, and the data folder.

Embedded servers write how to reach them to `run/servers.json`; configured servers stand in the environment.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from shared.files.port import LIMIT

Identity = Literal["provision", "service", "console", "system"]


class NotRunning(Exception):
    """There is nothing to connect to; the message says what to do."""


class BadSetting(Exception):
    """A setting cannot be used; the message names it."""


class Access(Struct, frozen=True):
    """How one identity reaches NATS and PostgreSQL. Never printed: it holds passwords."""

    nats_url: str
    nats_user: str
    nats_password: str
    postgres: str

    @property
    def inbox_prefix(self) -> str:
        """Answers to this identity go below here and nowhere else."""
        return f"_INBOX_{self.nats_user}"

    def __repr__(self) -> str:
        return f"Access({self.nats_user})"


class Servers(Struct, frozen=True):
    """What embedded servers let others know: where they are, and the access of each identity."""

    pid: int
    access: dict[str, Access]
    console_url: str = ""

    def __repr__(self) -> str:
        return f"Servers({self.pid})"


class Settings(Struct, frozen=True):
    """Everything a process is told. `replicas`: copies of each stream; `site`: the name in public events.

    `mail_folder`: where e-mail is dropped as files, None for nowhere; `smtp_port`: where it is sent to, 0 for nowhere,
    with the sessions at once, the seconds of each, and the bytes of a message.
    """

    data: Path
    port: int = 8000
    site: str = "default"
    replicas: int = 1
    mail_folder: Path | None = None
    smtp_port: int = 0
    smtp_sessions: int = 20
    smtp_seconds: int = 600
    smtp_size: int = LIMIT
    environment: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Settings(data={str(self.data)!r}, port={self.port}, site={self.site!r}, replicas={self.replicas})"

    @property
    def keys(self) -> Path:
        """The folder of keys and passwords, readable by the owner only."""
        return self.data / "keys"

    @property
    def servers_file(self) -> Path:
        """Where running embedded servers say how to reach them."""
        return self.data / "run" / "servers.json"

    @property
    def is_configured(self) -> bool:
        """Whether servers of the environment are used instead of embedded ones."""
        return "MOLDCARE_NATS_URL" in self.environment

    def access(self, identity: Identity) -> Access:
        """How to reach the servers as this identity. Raises: NotRunning, BadSetting."""
        if self.is_configured:
            return self._configured(identity)
        return self.servers().access[identity]

    def servers(self) -> Servers:
        """The running embedded servers. Raises: NotRunning."""
        try:
            servers = msgspec.json.decode(self.servers_file.read_bytes(), type=Servers)
            os.kill(servers.pid, 0)
        except (FileNotFoundError, ProcessLookupError, msgspec.DecodeError):
            raise NotRunning(
                f"{self.data} 没有在运行，请先执行 moldcare up / nothing runs on {self.data}: start moldcare up"
            ) from None
        except PermissionError:
            raise NotRunning(f"无权访问 {self.data} / {self.data} belongs to somebody else") from None
        return servers

    def _configured(self, identity: Identity) -> Access:
        upper = identity.upper()
        names = {
            "nats_url": "MOLDCARE_NATS_URL",
            "nats_password": f"MOLDCARE_NATS_{upper}_PASSWORD",
            "postgres": f"MOLDCARE_POSTGRES_{upper}",
        }
        if identity == "system":
            del names["postgres"]
        missing = [name for name in names.values() if not self.environment.get(name)]
        if missing:
            raise BadSetting(f"缺少设置 {', '.join(missing)} / set {', '.join(missing)}")
        values = {field: self.environment[name] for field, name in names.items()}
        user = self.environment.get(f"MOLDCARE_NATS_{upper}_USER", identity)
        return Access(nats_user=user, postgres=values.pop("postgres", ""), **values)


def number_of(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number of the environment, within limits. Raises: BadSetting."""
    text = environment.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadSetting(f"{name} 应为 {least} 至 {most} 的整数 / {name} must be a whole number from {least} to {most}")
    return int(text)


def settings_of(environment: Mapping[str, str], folder: Path | None = None) -> Settings:
    """The settings of an environment; `folder` wins over MOLDCARE_DATA. Raises: BadSetting."""
    mail_folder = environment.get("MOLDCARE_MAIL_FOLDER")
    return Settings(
        data=(folder or Path(environment.get("MOLDCARE_DATA") or "var")).absolute(),
        port=number_of(environment, "MOLDCARE_PORT", 8000, 0, 65535),
        site=environment.get("MOLDCARE_SITE", "default"),
        replicas=number_of(environment, "MOLDCARE_REPLICAS", 1, 1, 5),
        mail_folder=Path(mail_folder).absolute() if mail_folder else None,
        smtp_port=number_of(environment, "MOLDCARE_SMTP_PORT", 0, 0, 65535),
        smtp_sessions=number_of(environment, "MOLDCARE_SMTP_SESSIONS", 20, 1, 1000),
        smtp_seconds=number_of(environment, "MOLDCARE_SMTP_SECONDS", 600, 1, 86_400),
        smtp_size=number_of(environment, "MOLDCARE_SMTP_SIZE", LIMIT, 1000, LIMIT),
        environment={name: value for name, value in environment.items() if name.startswith("MOLDCARE_")},
    )
