"""What time brings about: breaches, rises to the next level, and what nobody took up in time (B-19). Pure.

Of each clock only the next thing to come stands in the outbox. What is sent is an event, and the event brings the
next one; so a clock that is stopped, or stands still, has one intention to be withdrawn.
"""

from collections.abc import Sequence
from typing import Any

from shared.case.clock_table import MOVING
from shared.case.state import Case, report_of
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock
from shared.clocks.escalation import Coming, next_of, raised_of, unheeded
from shared.clocks.reasons import Reason, reasons
from shared.clocks.rules import Rulebook, Rules
from shared.events.envelope import Recorded
from shared.events.policy import EscalationStep
from shared.events.vocabulary import Addressee, Channel, ClockName, EscalationTrigger
from shared.masters.customer import Customer
from shared.masters.staff import SYSTEM_USER
from shared.reactors.policy import Consequence, Policy, Reaction, Withdrawal
from shared.reactors.watching import Recording, breach_of, rise_of, told
from shared.rules.measuring import levels_and_calendars, rulebook
from shared.store.order import Known, Reference

_RECORDING = Recording("followup", "FlagBreach", "Escalate")


def watch_clocks(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """Each running clock is flagged when its time has passed, and raised at the shares of the policy."""
    book = rulebook(known)
    return [_watched(recorded.aggregate_id, case, clock, book) for clock in clocks_of(case, book)]


def rules_of(case: Case, cycle: int, book: Rulebook) -> Rules | None:
    """What the clocks of a cycle are measured by; None when it is not known."""
    terms = [one for one in case.timing.terms if one.cycle == cycle]
    return book.of(terms[-1]) if terms else None


def _watched(case_id: str, case: Case, clock: Clock, book: Rulebook) -> Reaction:
    key = ":".join(filter(None, ("clock", case_id, str(clock.cycle), clock.name.value, clock.part)))
    rules = rules_of(case, clock.cycle, book)
    coming = next_of(case, clock, rules) if rules is not None else None
    if rules is None or coming is None:
        return Withdrawal(key)
    if coming.level:
        return _raise(key, case_id, case, coming, (clock.name, clock.part), rules.policy.escalation)
    return breach_of(key, case_id, clock, _RECORDING)


def _raise(
    key: str, case_id: str, case: Case, coming: Coming, run: tuple[ClockName, str], steps: Sequence[EscalationStep]
) -> Consequence:
    return rise_of(key, case_id, coming, run, told(coming.level, steps, owner_of(case)), _RECORDING)


_FROM_OUTSIDE = frozenset({Channel.PORTAL, Channel.SALES_RELAY, Channel.VERBAL})
"""Channels on which somebody else than the desk may enter a case."""


def owner_of(case: Case) -> str:
    """Who answers for the case; all specialists while it is nobody of the desk."""
    owner = case.intake.owner
    came_by_itself = owner == case.intake.registered_by and report_of(case).channel in _FROM_OUTSIDE
    return Addressee.SPECIALIST.value if owner in ("", SYSTEM_USER) or came_by_itself else owner


def levels_and_customer(event: Any, case: Case) -> Sequence[Reference]:
    """The policy, and the customer, who may be a key account."""
    customer = case.intake.report.customer_id if case.intake.report is not None else None
    named = (Reference("customer", customer, ""),) if isinstance(customer, str) else ()
    return (*levels_and_calendars(event, case), *named)


def escalate_reasons(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """A case is raised to the managers, or to the general manager, for what it is; not once it is solved."""
    rules = rules_of(case, case.cycle, rulebook(known))
    steps = rules.policy.escalation if rules is not None else ()
    found = {one.trigger: one for one in reasons(case, is_key_account=_is_key_account(case, known))}
    case_id, cycle = recorded.aggregate_id, case.cycle
    reactions: list[Reaction] = []
    for trigger in _REASONS:
        key = f"escalate:{case_id}:{cycle}:{trigger}"
        reason = found.get(trigger)
        coming = _next_for(reason, case, steps) if reason is not None else None
        if reason is None or coming is None:
            reactions.append(Withdrawal(key))
        else:
            reactions.append(_raise(key, case_id, case, coming, (reason.clock, ""), steps))
    return reactions


_REASONS = (
    EscalationTrigger.SAFETY,
    EscalationTrigger.SECOND_REOPEN,
    EscalationTrigger.TWO_REFUSALS,
    EscalationTrigger.LINE_DOWN,
    EscalationTrigger.KEY_ACCOUNT,
)


def _next_for(reason: Reason, case: Case, steps: Sequence[EscalationStep]) -> Coming | None:
    """The rise itself; for a clock that has ended, then the level above it while nobody takes that up."""
    raised = raised_of(case, reason.clock, "", case.cycle)
    if not any(one.level == reason.level for one in raised):
        return Coming(reason.at, reason.level, reason.trigger)
    # What is told under a clock that runs is followed by the watch over that clock.
    return None if reason.clock is ClockName.RESOLUTION else next(unheeded(case, raised, steps), None)


def _is_key_account(case: Case, known: Known) -> bool:
    customer = known.get("customer", report_of(case).customer_id or "")
    return isinstance(customer, Customer) and customer.registered is not None and customer.registered.key_account


TIME_POLICIES = (
    Policy(
        "watch-clocks",
        MOVING | {"SlaBreached", "Escalated", "EscalationAcknowledged"},
        watch_clocks,
        first_position=0,
        consults=levels_and_calendars,
    ),
    Policy(
        "escalate-reasons",
        frozenset(
            {
                "FeedbackReceived",
                "InfoSupplemented",
                "Classified",
                "Reclassified",
                "OnsiteRejected",
                "ServiceVerified",
                "UnsignedDecided",
                "CaseReopened",
                "CaseMarkedDuplicate",
                "CaseTransferred",
                "CaseCancelled",
                "DuplicateUnmarked",
                "TransferReturned",
                "Escalated",
                "EscalationAcknowledged",
                "RecordCorrected",
                "EventVoided",
            }
        ),
        escalate_reasons,
        first_position=0,
        consults=levels_and_customer,
    ),
)
