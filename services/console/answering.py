"""Answers of the API: JSON, and problem details for whatever was refused, by a service or by the console itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response
from msgspec import Struct

from shared.store.order import Fault
from shared.store.problem import problem
from shared.store.request import Answer

JSON = "application/json"
PROBLEM = "application/problem+json"
RETRY_AFTER = "1"
"""Seconds after which a busy service may be asked again."""
_encode = msgspec.json.Encoder(decimal_format="number").encode


class Standing(Struct, frozen=True):
    """How far the rows of an answer had come: position of the log, and the instant they show."""

    sequence: int
    as_of: datetime


def told(answer: Answer, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The answer of a service as HTTP."""
    more = dict(headers or {})
    if answer.status == 503:
        more.setdefault("Retry-After", RETRY_AFTER)
    if answer.status == 401:
        more["WWW-Authenticate"] = "Bearer"
    if answer.is_accepted and "sequence" in answer.body:
        more["X-Sequence"] = str(answer.body["sequence"])
    media_type = JSON if answer.is_accepted else PROBLEM
    return Response(_encode(answer.body), status_code=answer.status, media_type=media_type, headers=more)


def refused(faults: Iterable[Fault], headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """A refusal by the console itself."""
    return told(problem(faults), headers)


def shown(content: Any, standing: Standing, status: int = 200) -> Response[bytes]:
    """What a read answers."""
    headers = {"X-Sequence": str(standing.sequence), "X-As-Of": standing.as_of.isoformat()}
    return Response(_encode(content), status_code=status, media_type=JSON, headers=headers)
