"""The state machine of a running product: random people do random things, and after each of them it keeps its word."""

from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.events.vocabulary import Role
from tests.e2e.choosing import PEOPLE
from tests.e2e.deeds import SENDING, Deeds
from tests.e2e.speaking import Speaker
from tests.e2e.spoiling import SPOILS
from tests.e2e.sworn import Sworn

SEED = st.integers(0, 2**24 - 1)
"""Chooses among what fits where a case stands, which is not known before."""
Runs = Callable[[Coroutine[Any, Any, None]], None]
"""Does one thing on the loop that the product is spoken to by, and waits for it."""


class LifeMachine(RuleBasedStateMachine):
    """All examples share one living product, so no draw may hang on where it stands: rules have no preconditions.

    Each step sends a command, besides taking up another case.
    """

    def __init__(self, deeds: Deeds, door: Sworn, reader: Speaker, run: Runs) -> None:
        super().__init__()
        self._deeds = deeds
        self._door = door
        self._reader = reader
        self._run = run

    @rule(seed=SEED)
    def a_problem_is_reported(self, seed: int) -> None:
        self._do(seed, self._deeds.open)

    @rule(seed=SEED)
    def a_case_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on)

    @rule(seed=SEED)
    def the_desk_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.SPECIALIST)

    @rule(seed=SEED)
    def the_supervisor_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.SUPERVISOR)

    @rule(seed=SEED)
    def the_technician_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.TECHNICIAN)

    @rule(seed=SEED)
    def the_engineer_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.ENGINEER)

    @rule(seed=SEED)
    def the_customer_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.CUSTOMER)

    @rule(seed=SEED)
    def sales_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.SALES)

    @rule(seed=SEED)
    def a_department_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.DEPT)

    @rule(seed=SEED)
    def the_analyst_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.ANALYST)

    @rule(seed=SEED)
    def the_auditor_goes_on(self, seed: int) -> None:
        self._do(seed, self._deeds.go_on, Role.AUDITOR)

    @rule(seed=SEED, role=st.sampled_from(PEOPLE))
    def anybody_goes_on(self, seed: int, role: Role) -> None:
        self._do(seed, self._deeds.go_on, role)

    @rule(seed=SEED, command=st.sampled_from(sorted(SENDING.values())), role=st.sampled_from(PEOPLE))
    def anybody_does_anything(self, seed: int, command: str, role: Role) -> None:
        self._do(seed, self._deeds.anything, command, role)

    @rule(seed=SEED, fault=st.sampled_from([*SPOILS]))
    def a_form_is_filled_in_wrongly(self, seed: int, fault: str) -> None:
        self._do(seed, lambda: self._deeds.go_on(spoil=SPOILS[fault]))

    @rule(seed=SEED, role=st.sampled_from((*[Role.SUPERVISOR] * 3, Role.SPECIALIST, Role.ENGINEER, Role.TECHNICIAN)))
    def a_record_is_corrected(self, seed: int, role: Role) -> None:
        self._do(seed, self._deeds.anything, "CorrectRecord", role)

    @rule(seed=SEED)
    def an_event_is_voided(self, seed: int) -> None:
        self._do(seed, self._deeds.void)

    @rule(seed=SEED)
    def a_customer_or_a_mould_is_registered(self, seed: int) -> None:
        self._do(seed, self._deeds.tend_firm, "customer", "mould")

    @rule(seed=SEED)
    def the_house_is_kept(self, seed: int) -> None:
        self._do(seed, self._deeds.tend_firm, "channel", "department", "policy", "staff")

    @rule(seed=SEED)
    def the_firm_improves(self, seed: int) -> None:
        self._do(seed, self._deeds.tend_firm, "improvement", "report")

    @rule(changes=st.sampled_from(({}, {}, {}, {"late_reason": "另一份"})))
    def an_answer_was_lost(self, changes: dict[str, str]) -> None:
        self._do(0, self._door.repeat, changes)

    @rule(which=st.integers(0, 59))
    def another_case_is_taken_up(self, which: int) -> None:
        self._deeds.take_up(which)

    @invariant()
    def the_case_reads_as_the_log_tells(self) -> None:
        """What a person sees of the case just written is what its events come to."""
        self._run(self._reads_as_told())

    async def _reads_as_told(self) -> None:
        told = self._deeds.touched
        if told is None:
            return
        answer = await self._reader.get(f"/cases/{told.id}", after=told.sequence)
        assert answer.status_code == 200, answer.text
        seen, folded = answer.json(), await self._deeds.folded(told.id)
        assert seen["version"] <= folded.head.version
        if seen["version"] == folded.head.version:
            assert seen["state"] == str(folded.state.state), seen
            assert seen["cycle"] == folded.state.cycle, seen

    def _do(self, seed: int, deed: Callable[..., Coroutine[Any, Any, None]], *what: Any) -> None:
        self._deeds.begin(seed)
        try:
            self._run(deed(*what))
        except AssertionError as failed:
            failed.add_note("The last commands:\n" + "\n".join(self._door.story))
            raise
