"""Looks for clear text wherever a deployment keeps anything: files of the servers, files, logs, and rows."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import AsyncConnection, sql

MAY_BE_OPEN = ("people", "case_text", "record_text")
"""The read models that hold opened text."""
_TABLES = """
select schemaname, tablename from pg_tables
where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2"""


def disguises(text: str) -> set[bytes]:
    """A text as it might stand somewhere: in other charsets, escaped, in a URL, as hexadecimal digits, in base64."""
    plain = {text.encode(), text.encode("gb18030"), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode()}
    plain |= {quote(text).encode(), quote(text).lower().encode()}
    found = set(plain)
    for raw in plain:
        found |= {raw.hex().encode(), raw.hex().upper().encode()}
        for shift in range(3):
            coded = base64.b64encode(bytes(shift) + raw)
            found.add(coded[4 if shift else 0 : len(coded) // 4 * 4 - 4])
    return {one for one in found if len(one) >= 5}


def in_files(folders: Iterable[Path], needles: Iterable[str]) -> Iterator[str]:
    """Each file below these folders in which one of the texts stands, with the text."""
    wanted = {needle: disguises(needle) for needle in needles}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                yield from (f"{path}: {name}" for name, forms in wanted.items() if any(one in content for one in forms))
                yield from (f"{path}: its name" for name in wanted if name in str(path))


async def in_rows(postgres: str, needles: Iterable[str]) -> tuple[list[str], set[str]]:
    """Each table in a row of which one of the texts stands, but those that may; and all tables looked at."""
    wanted = {needle: disguises(needle) for needle in needles}
    found: list[str] = []
    seen: set[str] = set()
    async with await AsyncConnection.connect(postgres) as connection:
        for schema, table in await (await connection.execute(_TABLES)).fetchall():
            if table.split("__v")[0] in MAY_BE_OPEN:
                continue
            seen.add(f"{schema}.{table}")
            content = await _content(connection, sql.Identifier(schema, table))
            found += [
                f"{schema}.{table}: {name}" for name, forms in wanted.items() if any(one in content for one in forms)
            ]
    return found, seen


async def _content(connection: psycopg.AsyncConnection, table: sql.Identifier) -> bytes:
    question = sql.SQL("select coalesce(string_agg(t::text, E'\\n'), '') from {} as t").format(table)
    row = await (await connection.execute(question)).fetchone()
    assert row is not None
    text = str(row[0])
    # bytea is shown as hexadecimal digits: what they stand for is looked at too.
    clear = b"".join(_bytes_in(text))
    return text.encode() + clear


def _bytes_in(text: str) -> Iterator[bytes]:
    for piece in text.split("\\x")[1:]:
        digits = piece.partition('"')[0].partition(",")[0].partition(")")[0].strip('\\"')
        try:
            yield bytes.fromhex(digits) + b"\n"
        except ValueError:
            continue
