"""What does not go as planned on a visit: withdrawn, moved, aborted, not signed, not rated (norm 2.2.3 to 2.4.1)."""

from typing import Annotated

from msgspec import Struct

from shared.events.shapes import SET_BY_SERVICE, Instant, Note, PersonName, UserName
from shared.events.vocabulary import AbortReason, Party, UnsignedDecision, WithdrawReason


class OnsiteWithdrawn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The visit is no longer needed, or its approval was taken back (R-2.2.3-b)."""

    reason: WithdrawReason
    note: Note
    customer_informed_at: Instant


class VisitRescheduled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The visit moves to another time and is to be confirmed anew (R-2.3.1-b)."""

    by: Party
    reason: Note
    new_visit_at: Instant | None = None


class VisitAborted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The visit ended before the work was done; another one needs a new request (B-23).

    Who gave leave, or why nobody did.
    """

    reason: AbortReason
    permission_by: PersonName | None = None
    permission_refused_reason: Note | None = None
    next_step: Note


class SignatureRefused(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer does not sign the result of the trial run (R-2.3.4-b)."""

    reason: Note
    witness: PersonName


class UnsignedDecided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor decides what follows a refused signature: work again, or accept without it."""

    decision: UnsignedDecision
    reason: Note
    delegate_of: UserName | None = None


class EvaluationDeclined(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer does not rate the service, after being asked (R-2.4.1-b)."""

    requests: Annotated[int, SET_BY_SERVICE] = 0
    reason: Note
