"""clock_inputs: of every case what its clocks are made of, so that they can be made by other rules without the log."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.case.state import Case, report_of
from shared.clocks.inputs import ClockInputs, inputs_of
from shared.events.envelope import Recorded
from shared.projections.projection import Projection
from shared.projections.reference import Reference
from shared.projections.standing import Change

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(ClockInputs).decode


class ClockInputsRow(Struct, frozen=True):
    """One case; `inputs` as MessagePack of `ClockInputs`."""

    aggregate_id: str
    version: int
    sequence: int
    received_at: datetime
    customer_id: str | None
    inputs: bytes


def apply(change: Change, recorded: Recorded, event: object, reference: Reference) -> Sequence[ClockInputsRow]:
    """The case as it stands; every event writes it, so that a batch of any size leaves the same row."""
    after = change.after
    case: Case = after.state
    report = report_of(case)
    return (
        ClockInputsRow(
            after.aggregate_id,
            after.version,
            after.sequence,
            report.received_at,
            report.customer_id,
            _encode(inputs_of(case)),
        ),
    )


def inputs_from(content: bytes) -> ClockInputs:
    """What a row holds."""
    return _decode(content)


CLOCK_INPUTS = Projection(
    name="clock_inputs",
    version=1,
    kinds=frozenset({"case"}),
    row=ClockInputsRow,
    key=("aggregate_id",),
    table="""create table {table} (
    aggregate_id text not null,
    version integer not null,
    sequence bigint not null,
    received_at timestamptz not null,
    customer_id text,
    inputs bytea not null)""",
    indexes=("create index on {table} (received_at)",),
    apply=apply,
    folds=True,
    module=__name__,
)
