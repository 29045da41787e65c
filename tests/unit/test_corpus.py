"""Events as they were stored once, of every type and every schema there ever was, are read for ever.

A sample is added with each type and each schema; none is ever edited.
"""

from pathlib import Path

import msgspec
import pytest

from shared.events.catalogue import BY_KIND, EVENTS, decode
from shared.events.envelope import Recorded
from shared.events.upcast import SCHEMAS, STEPS, schema_of
from shared.masters.aggregates import AGGREGATES

SAMPLES = sorted((Path(__file__).parents[1] / "corpus" / "events").glob("*.json"))
KINDS = {event.__name__: kind for kind, events in BY_KIND.items() for event in events}


def recorded(path: Path) -> Recorded:
    kind = KINDS[path.name.split(".")[0]]
    return Recorded(1, f"evt.{kind}.sample", path.read_bytes().rstrip(b"\n"))


def test_every_type_has_a_sample_of_every_schema() -> None:
    wanted = {f"{name}.{number}.json" for name in EVENTS for number in range(1, schema_of(name) + 1)}
    assert {path.name for path in SAMPLES} == wanted


def test_every_step_between_schemas_exists() -> None:
    assert set(STEPS) == {(name, number) for name, newest in SCHEMAS.items() for number in range(1, newest)}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_stored_event_is_read_and_folded(path: Path) -> None:
    stored = recorded(path)
    event = decode(stored)
    assert type(event).__name__ == stored.meta.type == path.name.split(".")[0]
    aggregate = AGGREGATES[stored.kind]
    assert aggregate.fold(aggregate.initial, event, stored.meta) is not None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_reading_loses_nothing_that_was_stored(path: Path) -> None:
    stored = recorded(path)
    if stored.meta.schema == schema_of(stored.meta.type):
        kept = msgspec.json.decode(msgspec.json.encode(decode(stored)))
        before = msgspec.json.decode(stored.raw)
        assert {name for name, value in before.items() if value not in ([], None)} <= set(kept) | _defaults(stored)


def _defaults(stored: Recorded) -> set[str]:
    """Fields that encode to nothing because they hold their default."""
    event = decode(stored)
    fields = msgspec.structs.fields(type(event))
    return {field.name for field in fields if not field.required and getattr(event, field.name) == field.default}
