"""How call-backs change a case: scheduled, tried, done or given up."""

from collections.abc import Callable
from typing import assert_never

from msgspec.structs import replace

from shared.case.facts.followup import Attempt, Callback, FollowupFacts
from shared.events.case.followup import CallbackAttempted, CallbackDone, CallbackScheduled, CallbackUnreachable
from shared.events.envelope import Meta
from shared.events.vocabulary import CallbackPoint

Called = CallbackScheduled | CallbackAttempted | CallbackDone | CallbackUnreachable


def called(facts: FollowupFacts, event: Called, meta: Meta) -> FollowupFacts:
    """The call-backs after one more event about them."""
    match event:
        case CallbackScheduled():
            times = (event.due_at, event.window_from, event.window_to)
            scheduled = Callback(event.point, meta.occurred_at, *times)
            return replace(facts, callbacks=(*facts.callbacks, scheduled))
        case CallbackAttempted():
            attempt = Attempt(meta.occurred_at, event.method)
            return _changed(facts, event.point, lambda one: replace(one, attempts=(*one.attempts, attempt)))
        case CallbackDone():
            done = {"done_at": event.done_at, "result": event.result, "score": event.final_satisfaction}
            return _changed(facts, event.point, lambda one: replace(one, **done))
        case CallbackUnreachable():
            return _changed(facts, event.point, lambda one: replace(one, given_up_at=meta.occurred_at))
        case _:
            assert_never(event)


def _changed(facts: FollowupFacts, point: CallbackPoint, change: Callable[[Callback], Callback]) -> FollowupFacts:
    """The same with the open call-back of this point changed."""
    changed = tuple(change(one) if one.point is point and one.is_open else one for one in facts.callbacks)
    return replace(facts, callbacks=changed)
