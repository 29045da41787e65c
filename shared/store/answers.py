"""What a command is answered once its outcome is certain."""

import hmac
from typing import Any

from shared.store.admission import Work
from shared.store.cache import FirstAnswer, Folded
from shared.store.order import AlreadyTrue, Fault, Refused
from shared.store.request import Answer

KEY_REUSED = Fault("V-KEY", "key_reused", "Idempotency-Key")


def repeated(work: Work, first: FirstAnswer) -> Answer:
    """The first answer again. Raises: Refused with V-KEY when the body is another one."""
    if not hmac.compare_digest(first.command_hash, work.hash):
        raise Refused(KEY_REUSED)
    return accepted(200, work, first)


def final(work: Work, folded: Folded, said: Refused | AlreadyTrue) -> Answer:
    """The last word on a command that makes no event. Raises: Refused."""
    if isinstance(said, Refused):
        raise said
    first = folded.latest(said.event_type)
    if first is None:
        raise LookupError(f"{said.event_type} stands nowhere in {work.subject}")
    return accepted(200, work, first)


def accepted(status: int, work: Work, first: FirstAnswer) -> Answer:
    """The fact stands in the log: 201 for the first time, 200 when it did so before."""
    aggregate_id = work.subject.split(".", 2)[2]
    body: dict[str, Any] = {
        "id": aggregate_id,
        "version": first.version,
        "sequence": first.sequence,
        "state": first.standing,
        "event": {"id": first.event_id, "type": first.type},
    }
    return Answer(status, {**body, "case_id": aggregate_id} if work.command.kind == "case" else body)
