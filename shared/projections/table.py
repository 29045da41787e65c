"""The SQL of one table of a read model, made once and kept as text, and the three ways to write into it."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import astuple
from psycopg import sql

from shared.projections.copying import copied
from shared.projections.projection import Projection
from shared.projections.statements import Statements, identifiers, read_table

FEW_ROWS = 64
"""Up to so many rows go by upsert; more by COPY into a staging table and one merge."""

_STAGE = "create temp table if not exists {stage} (like {table}) on commit delete rows; truncate {stage}"
_NEWEST = """
select distinct on (aggregate_id) {columns} from {table} where aggregate_id = any(%(owners)s)
order by aggregate_id, version desc"""


class Table:
    """One table: its projection, its name, and its statements."""

    def __init__(self, projection: Projection, name: str) -> None:
        self.projection = projection
        self.name = name
        table, stage, columns = read_table(name), sql.Identifier(f"stage_{name}"), identifiers(projection.columns)
        parts = {"table": table, "stage": stage, "columns": columns, "conflict": _on_conflict(projection)}
        parts["values"] = sql.SQL(", ").join(sql.Placeholder() for _ in projection.columns)

        def text(template: str) -> str:
            return sql.SQL(template).format(**parts).as_string(None)

        self.newest = text(_NEWEST)
        self._stage = text(_STAGE)
        self._upsert = text("insert into {table} ({columns}) values ({values}) {conflict}")
        self._merge = text("insert into {table} ({columns}) select {columns} from {stage} {conflict}")
        self._copy = text("copy {table} ({columns}) from stdin (format binary)")
        self._copy_stage = text("copy {stage} ({columns}) from stdin (format binary)")

    async def put(self, statements: Statements, rows: Sequence[Any], *, is_bare: bool = False) -> None:
        """Write rows; `is_bare` when the table is empty and has no key yet."""
        if len(rows) <= FEW_ROWS and not is_bare:
            await statements.run_each("batch.upsert", self._upsert, [astuple(row) for row in rows])
        elif is_bare or self.projection.appends:
            await statements.copy("batch.copy", self._copy, copied(self.projection, rows))
        else:
            await statements.run("batch.stage", self._stage)
            await statements.copy("batch.copy_stage", self._copy_stage, copied(self.projection, rows))
            await statements.run("batch.merge", self._merge)


def _on_conflict(projection: Projection) -> sql.Composable:
    if projection.appends:
        return sql.SQL("")
    rest = [sql.Identifier(name) for name in projection.columns if name not in projection.key]
    changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in rest)
    return sql.SQL("on conflict ({}) do update set {}").format(identifiers(projection.key), changes)
