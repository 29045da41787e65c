"""The SQL of one table of a read model, made once and kept as text, and the three ways to write into it."""

from collections.abc import Sequence
from typing import Any

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
        self._values_of = projection.values_of
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

    async def put(self, statements: Statements, rows: Sequence[Any], *, since: int = 0, is_bare: bool = False) -> None:
        """Write rows. `since`: only events up to there have rows already; `is_bare`: no rows and no key yet."""
        if len(rows) <= FEW_ROWS and not is_bare:
            await statements.run_each("batch.upsert", self._upsert, [self._values_of(row) for row in rows])
        elif is_bare or self.projection.appends:
            await statements.copy("batch.copy", self._copy, copied(self.projection, rows))
        elif self.projection.ranges:
            await self._extend(statements, rows, since)
        else:
            await self._merged(statements, rows)

    async def _extend(self, statements: Statements, rows: Sequence[Any], since: int) -> None:
        """Most ranges begin here, and those that do not are ended: two ways, each the cheapest."""
        sequence_of = self.projection.sequence_of
        begun = [row for row in rows if sequence_of(row) > since]
        if ended := [row for row in rows if sequence_of(row) <= since]:
            await self._merged(statements, ended)
        await statements.copy("batch.copy", self._copy, copied(self.projection, begun))

    async def _merged(self, statements: Statements, rows: Sequence[Any]) -> None:
        await statements.run("batch.stage", self._stage)
        await statements.copy("batch.copy_stage", self._copy_stage, copied(self.projection, rows))
        await statements.run("batch.merge", self._merge)


def _on_conflict(projection: Projection) -> sql.Composable:
    if projection.appends:
        return sql.SQL("")
    rest = [sql.Identifier(name) for name in projection.columns if name not in projection.key]
    changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in rest)
    return sql.SQL("on conflict ({}) do update set {}").format(identifiers(projection.key), changes)
