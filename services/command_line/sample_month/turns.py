"""What goes otherwise than usual in some cases: an answer too late, a trial that fails, a request that is rejected."""

from random import Random

from services.command_line.sample_month.detours import FROM_AFAR, NEEDS_EARLIER, ON_SITE

_OFTEN_ON_SITE = {"consultation": 50, "no_session": 12, "no_reply": 20}
_OFTEN_FROM_AFAR = {"consultation": 15, "remote_twice": 25, "no_reply": 20, "nothing_to_tell": 35}
_BY_NUMBER = {"late_response": (11, 4), "late_recording": (13, 5), "slow": (12, 3), "unknown_fields": (12, 7)}
"""Each so many cases one of them, beginning with which."""
_ON_SITE = {
    "fails": (14, 4),
    "rejected": (31, 2),
    "conditional": (31, 6),
    "plan_refused": (31, 8),
    "dissatisfied": (500, 5),
}
_FROM_AFAR = {"dissatisfied": (500, 7)}
_KEPT_FREE = frozenset({1, 5})
"""Cases on site that go no other way, so that the turns that are counted occur."""


class Turns:
    """Hands out turns; those that must occur are counted, the others fall as they fall."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._count = {True: 0, False: 0}
        self._left = {True: list(ON_SITE), False: list(FROM_AFAR)}

    def of(self, number: int, *, is_onsite: bool, has_earlier: bool) -> frozenset[str]:
        """The turns of the next case that goes its way to the end: a detour alone, or what goes otherwise on the way.

        `has_earlier`: the mould has a case already.
        """
        count = self._count[is_onsite] = self._count[is_onsite] + 1
        if (detour := self._detour(count, is_onsite=is_onsite, has_earlier=has_earlier)) is not None:
            return frozenset({detour})
        turns = self._fallen(is_onsite=is_onsite)
        turns |= {turn for turn, (every, first) in _BY_NUMBER.items() if number % every == first}
        counted = _ON_SITE if is_onsite else _FROM_AFAR
        turns |= {turn for turn, (every, first) in counted.items() if count % every == first}
        return turns - {"no_session"} if "rejected" in turns else turns

    def _detour(self, count: int, *, is_onsite: bool, has_earlier: bool) -> str | None:
        """The next detour, in every second case."""
        left = self._left[is_onsite]
        able = (turn for turn in left if has_earlier or turn not in NEEDS_EARLIER)
        found = next(able, None) if count % 2 == is_onsite and count not in _KEPT_FREE else None
        if found is not None:
            left.remove(found)
        return found

    def of_waiting(self, needed: frozenset[str], *, is_onsite: bool) -> frozenset[str]:
        """The turns of a case that will wait: those that it needs to get there, and what falls."""
        fallen = self._fallen(is_onsite=is_onsite)
        return needed | (fallen - {"no_session", "remote_twice"})

    def _fallen(self, *, is_onsite: bool) -> frozenset[str]:
        often = _OFTEN_ON_SITE if is_onsite else _OFTEN_FROM_AFAR
        return frozenset(turn for turn, percent in often.items() if self._chance.random() * 100 < percent)
