"""The mail server that takes what we send, as the settings MOLDCARE_SMTP_* name it."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Literal, cast, get_args

from msgspec import Struct

from shared.runtime.settings import BadSetting

Security = Literal["starttls", "tls", "none"]
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_HOST = re.compile(r"^(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?$")
_ADDRESS = re.compile(r"^[^@\s<>,;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")
_NAMES = ("HOST", "TLS", "USER", "PASSWORD", "FROM", "REPLY_TO", "FROM_NAME")


class Relay(Struct, frozen=True, kw_only=True):
    """Where mail is handed over, how, and under which address. Never printed: it holds a password."""

    host: str
    port: int
    security: Security
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    user: str = ""
    password: str = ""
    patience: float = 60.0

    def __repr__(self) -> str:
        return f"Relay({self.host}:{self.port})"

    @property
    def domain(self) -> str:
        """The right side of our Message-IDs: the domain that we write from."""
        return self.sender.rpartition("@")[2]


def relay_of(environment: Mapping[str, str]) -> Relay | None:
    """The server of these settings, None when none is named: then nothing is sent. Raises: BadSetting."""
    given = {name: environment.get(f"MOLDCARE_SMTP_{name}", "").strip() for name in _NAMES}
    if not given["HOST"]:
        return None
    security = given["TLS"] or "starttls"
    if security not in get_args(Security):
        raise _bad("TLS", "starttls、tls 或 none", "starttls, tls or none")
    place = _HOST.fullmatch(given["HOST"])
    if place is None or not 0 < int(place["port"] or 1) < 65536:
        raise _bad("HOST", "主机名，或主机名:端口", "a host name, or host:port")
    for name in ("FROM", "REPLY_TO"):
        if not _ADDRESS.fullmatch(given[name]) and (given[name] or name == "FROM"):
            raise _bad(name, "一个邮箱地址", "one e-mail address")
    if bool(given["USER"]) != bool(given["PASSWORD"]):
        raise _bad("PASSWORD", "与 MOLDCARE_SMTP_USER 同时给出", "given together with MOLDCARE_SMTP_USER")
    host = place["host"].strip("[]")
    if security == "none" and given["USER"] and not _is_here(host):
        raise _bad("TLS", "加密，否则密码会明文传输", "encrypted, or the password would travel in clear text")
    return Relay(
        host=host,
        port=int(place["port"] or _PORTS[cast(Security, security)]),
        security=cast(Security, security),
        sender=given["FROM"],
        sender_name=given["FROM_NAME"],
        reply_to=given["REPLY_TO"],
        user=given["USER"],
        password=given["PASSWORD"],
    )


def _bad(name: str, zh: str, en: str) -> BadSetting:
    full = f"MOLDCARE_SMTP_{name}"
    return BadSetting(f"{full} 应为{zh} / {full} must be {en}")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
