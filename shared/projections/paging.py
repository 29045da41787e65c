"""Pages of a list: a cursor holds the sort value and the key of the last item, so pages never shift."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psycopg
from msgspec import Struct


class BadCursor(ValueError):
    """The cursor was not made by us, or for another sort order."""


class Page[T](Struct, frozen=True):
    """One page; `next` None: there is no more."""

    items: list[T]
    next: str | None = None


class Place(Struct, frozen=True, array_like=True):
    """Where a page ended: the name of the sort order, the sort value as text, the key."""

    sort: str
    value: str
    key: str


def cursor_of(place: Place) -> str:
    """The cursor of the page after this place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode("ascii").rstrip("=")


def place_of(cursor: str, sort: str) -> Place:
    """Where the page before ended. Raises: BadCursor."""
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=Place)
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise BadCursor(cursor) from error
    if place.sort != sort or "\x00" in place.value or "\x00" in place.key:
        raise BadCursor(cursor)
    return place


@contextmanager
def behind(cursor: str | None) -> Iterator[None]:
    """While a page is looked for: a value that the sort order cannot have was not made by us. Raises: BadCursor."""
    try:
        yield
    except psycopg.DataError as error:
        if cursor is None:
            raise
        raise BadCursor(cursor) from error
