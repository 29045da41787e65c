"""Takes one aggregate out of a read model and folds it again from its own events, up to where the model stands."""

from msgspec import Struct
from psycopg import sql

from shared.events.envelope import Recorded
from shared.projections.builds import Build, held_build, live_build
from shared.projections.folding import Folded, Folder
from shared.projections.materializer import Workplace
from shared.projections.projection import Projection
from shared.projections.reader import Reader
from shared.projections.reference import Reference, rules_until
from shared.projections.revising import Revising
from shared.projections.statements import Statements, read_table
from shared.projections.table import Table

_UNPARK = "delete from projections.parked where table_name = %(table)s and subject = %(subject)s"
_BUMP = "update projections.build set epoch = epoch + 1 where table_name = %(table)s"
_LOCK = "select pg_advisory_xact_lock(hashtextextended(%(table)s, 13))"


class StillBroken(Exception):
    """The aggregate still cannot be taken; nothing was changed."""


class Healed(Struct, frozen=True):
    """What healing did: how many rows the aggregate has now, and how many events were parked before."""

    table: str
    rows: int
    unparked: int


async def heal(place: Workplace, projection: Projection, subject: str) -> Healed:
    """Refold one aggregate in the live build, in one transaction.

    Raises: LookupError when there is no build; StillBroken; what PostgreSQL says of rows it cannot take.
    """
    async with place.pool.connection() as connection:
        statements = Statements(connection, place.hook)
        live = await live_build(statements, projection.name)
        if live is None:
            raise LookupError(f"{projection.name} was never built")
        await statements.run("heal.hold", _LOCK, {"table": live.table})
        build = await held_build(statements, live.table)
        folded = await refold(place, projection, subject, build)
        healed = await _replace(statements, projection, build, subject, folded)
        await statements.commit()
    return healed


async def refold(place: Workplace, projection: Projection, subject: str, build: Build) -> Folded:
    """The rows of one aggregate as its events up to the build's position make them. Raises: StillBroken."""
    own = [one for one in await place.store.load(subject) if one.sequence <= build.position]
    folded = Folded(0, build.position)
    folder = Folder(projection, Reference())
    reader = Reader(_in_order(own, await rules_until(place.store, build.position), subject))
    await Revising(place.store, place.opener).look_back(projection, reader, own)
    if projection.opens:
        reader.opened = await place.opener.open_all(reader.wanted(projection))
    folder.fold(reader, folded, only=subject)
    if folded.parked or folded.pause:
        raise StillBroken(folded.pause or f"{folded.parked[0].type} at {folded.parked[0].sequence}")
    return folded


def _in_order(own: list[Recorded], rules: list[Recorded], subject: str) -> list[Recorded]:
    """The aggregate's events with the publications of rules between them, as the log has them."""
    others = [one for one in rules if one.subject != subject]
    return sorted([*own, *others], key=lambda one: one.sequence)


async def _replace(
    statements: Statements, projection: Projection, build: Build, subject: str, folded: Folded
) -> Healed:
    delete = sql.SQL("delete from {} where aggregate_id = %(owner)s").format(read_table(build.table))
    await statements.run("heal.delete", delete, {"owner": projection.owner_of(subject)})
    rows = list(folded.all_rows())
    if rows:
        await Table(projection, build.table).put(statements, rows)
    unparked = await statements.run("heal.unpark", _UNPARK, {"table": build.table, "subject": subject})
    # Whoever follows this build finds its epoch changed, forgets what it remembers and reads the register again.
    await statements.run("heal.bump", _BUMP, {"table": build.table})
    return Healed(build.table, len(rows), unparked)
