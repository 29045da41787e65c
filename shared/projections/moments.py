"""The past of a read model that keeps ranges of recording: what was known at a position or at an instant."""

from datetime import datetime

AsOf = int | datetime | None
"""A position of the log, an instant of recording, or now."""


def known(table: str, as_of: AsOf) -> str:
    """The condition on a range table, under this alias in a query, with the value `as_of`."""
    if as_of is None:
        return f"{table}.to_sequence is null"
    first, last = ("recorded_from", "recorded_to") if isinstance(as_of, datetime) else ("sequence", "to_sequence")
    return f"({table}.{first} <= %(as_of)s and ({table}.{last} is null or {table}.{last} > %(as_of)s))"
