"""Who acts: a short-lived statement signed with the deployment's key, which services verify and never take on trust.

A token is `<claims>.<signature>`, both base64url; claims are JSON `{"user", "system", "rights", "until"}`.
Roles are not in it: they are folded from the staff stream.
"""

import base64
import os
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

LIFETIME = timedelta(minutes=5)


class Claims(Struct, frozen=True):
    """The signed statement. `system` marks our own machinery; `until` is seconds since 1970."""

    user: str
    until: float
    system: bool = False
    rights: tuple[str, ...] = ()


class BadToken(Exception):
    """The statement is forged, expired or no statement at all."""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class ActorSigner:
    """Signs who acts; a token is used again for half its lifetime."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._made: OrderedDict[tuple[str, bool, tuple[str, ...]], tuple[float, str]] = OrderedDict()

    def sign(self, user: str, now: datetime, *, system: bool = False, rights: tuple[str, ...] = ()) -> str:
        """A token for this user, good for five minutes at most."""
        name, instant = (user, system, rights), now.timestamp()
        made = self._made.get(name)
        if made is not None and 0 <= made[0] - instant - LIFETIME.total_seconds() / 2 <= LIFETIME.total_seconds() / 2:
            return made[1]
        until = instant + LIFETIME.total_seconds()
        claims = msgspec.json.encode(Claims(user, until, system, rights))
        token = f"{_text(claims)}.{_text(self._key.sign(claims))}"
        self._made[name] = (until, token)
        if len(self._made) > 1024:
            self._made.popitem(last=False)
        return token


class ActorVerifier:
    """Verifies tokens; what was verified once is remembered until it expires."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    def verify(self, token: str, now: datetime) -> Claims:
        """The claims of a token. Raises: BadToken."""
        claims = self._verified.get(token) or self._check(token)
        if claims.until < now.timestamp():
            raise BadToken("expired")
        return claims

    def _check(self, token: str) -> Claims:
        try:
            body, signature = token.split(".", 1)
            raw = _raw(body)
            self._key.verify(_raw(signature), raw)
            claims = msgspec.json.decode(raw, type=Claims)
        except (InvalidSignature, ValueError, msgspec.DecodeError) as error:
            raise BadToken("not signed by this deployment") from error
        self._verified[token] = claims
        if len(self._verified) > 4096:
            self._verified.popitem(last=False)
        return claims


def deployment_key(folder: Path) -> Ed25519PrivateKey:
    """The deployment's signing key in `folder`, made at first use; readable by its owner only."""
    path = folder / "actor.key"
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f"actor.key.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
