"""The key ring: a key for each person and each object, unwrapped in memory for as short as the cache holds it."""

import os
from collections import OrderedDict
from collections.abc import Collection, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.people.identity import UNCLAIMED
from shared.people.key_store import KeyStore

KEY_BYTES = 32
NONCE_BYTES = 12
KEYS_REMEMBERED = 20_000


class KeyGone(Exception):
    """The key was destroyed or never existed: what it sealed can never be read again."""


def seal_bytes(key: bytes, clear: bytes, about: bytes) -> bytes:
    """AES-256-GCM under a fresh nonce, which stands first; `about` is bound to it but not stored."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, about)


def open_bytes(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """What was sealed. Raises: KeyGone when this is not the key, or the bytes are not what was sealed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise KeyGone from error


class KeyRing:
    """Keys of persons and objects, each made once whoever asks first."""

    def __init__(self, master: bytes, kept: KeyStore) -> None:
        self._master = master
        self._kept = kept
        self._open: OrderedDict[str, bytes] = OrderedDict()

    def remembered(self, person: str) -> bytes | None:
        """The key of a person if it is in memory."""
        key = self._open.get(person)
        if key is not None:
            self._open.move_to_end(person)
        return key

    def forget(self, person: str) -> None:
        """Drop a key from memory; where it is kept it stands as before."""
        self._open.pop(person, None)

    async def find(self, persons: Collection[str]) -> dict[str, bytes]:
        """The keys of those persons who have one; raises ConnectionError."""
        found = {person: key for person in persons if (key := self.remembered(person)) is not None}
        if absent := [person for person in persons if person not in found]:
            found |= self._unwrapped(await self._kept.person_keys(absent))
        return found

    async def make(self, persons: Collection[str]) -> dict[str, bytes]:
        """The keys of these persons; who has none gets one. Raises: ConnectionError."""
        found = await self.find(persons)
        absent = [person for person in dict.fromkeys(persons) if person not in found]
        if not absent:
            return found
        fresh = {person: seal_bytes(self._master, os.urandom(KEY_BYTES), person.encode()) for person in absent}
        return found | self._unwrapped(await self._kept.add_person_keys(fresh))

    def _unwrapped(self, wrapped: dict[str, bytes]) -> dict[str, bytes]:
        opened = {}
        for person, wrap in wrapped.items():
            opened[person] = self._open[person] = open_bytes(self._master, wrap, person.encode())
        while len(self._open) > KEYS_REMEMBERED:
            self._open.popitem(last=False)
        return opened

    async def object_key(self, object_id: str) -> bytes:
        """The key of an object, through whichever wrap opens. Raises: KeyGone, ConnectionError."""
        return await self._through(object_id, await self._kept.object_keys(object_id))

    async def _through(self, object_id: str, wraps: Mapping[str, bytes]) -> bytes:
        for person, key in (await self.find(list(wraps))).items():
            try:
                return open_bytes(key, wraps[person], object_id.encode())
            except KeyGone:
                continue
        raise KeyGone(object_id)

    async def make_object_key(self, object_id: str, person: str = UNCLAIMED, fresh: bytes | None = None) -> bytes:
        """The key of an object; if it has none yet, `fresh` or a new one for this person. Raises: ConnectionError.

        Wraps that open no more (their person was erased) do not stand in the way of a new key.
        """
        while True:
            wraps = await self._kept.object_keys(object_id)
            try:
                return await self._through(object_id, wraps)
            except KeyGone:
                for owner, wrap in wraps.items():
                    await self._kept.drop_object_key(object_id, owner, wrap)
            key = fresh or os.urandom(KEY_BYTES)
            wrap = seal_bytes((await self.make([person]))[person], key, object_id.encode())
            if await self._kept.add_first_object_key(object_id, person, wrap):
                return key

    async def claim(self, object_id: str, person: str) -> bool:
        """Wrap an object's key for the person it turned out to concern; whether it could be opened.

        The wrap for `unclaimed` goes last, so that the object can be read at every moment.
        """
        wraps = await self._kept.object_keys(object_id)
        try:
            key = await self._through(object_id, wraps)
        except KeyGone:
            return False
        if person not in wraps:
            owner = (await self.make([person]))[person]
            await self._kept.add_object_key(object_id, person, seal_bytes(owner, key, object_id.encode()))
        if person != UNCLAIMED and UNCLAIMED in wraps:
            await self._kept.drop_object_key(object_id, UNCLAIMED, wraps[UNCLAIMED])
        return True

    async def known_objects(self, object_ids: Collection[str]) -> set[str]:
        """Those objects that have a key, so that they can be read. Raises: ConnectionError."""
        return await self._kept.known_objects(object_ids)
