"""What a customer is written, and what goes to the mail: three policies. Pure.

They begin at the head of the log, so that no history is ever told as news.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import to_builtins

from services.followup.letters.contents import COPIES, Part
from services.followup.letters.states import TELLING, is_told, new_state
from services.followup.letters.templates import letters
from services.followup.letters.values import Reader, common, reader_of
from services.followup.letters.word import has_word_waiting, running, word_at
from services.followup.policies_time import levels_and_customer
from shared.case.clock_table import MOVING
from shared.case.state import Case, is_known, report_of
from shared.clocks.policy import SERVICE_LEVELS
from shared.events.case.messages import CustomerNotified, MessageRequested
from shared.events.envelope import Recorded
from shared.events.policy import SlaContent, SlaPolicyPublished
from shared.events.vocabulary import CaseState, Channel, Notice, Role
from shared.mail.names import key_of
from shared.masters.policy import Policy as Published
from shared.reactors.policy import AT_HEAD, Consequence, Mail, MailAgain, MailAnswered, Policy, Reaction, Withdrawal
from shared.rules.measuring import rulebook
from shared.store.order import Known

NEWS = timedelta(days=1)
"""What happened longer ago than this before it was recorded is history, and no news to the customer."""
_RAW = "raw:"


def _content(case: Case, known: Known) -> SlaContent | None:
    """The policy that the case began under."""
    policy: Published | None = known.get("policy", SERVICE_LEVELS)
    version = policy.version(report_of(case).policy_version) if policy is not None else None
    return version.content if isinstance(version, SlaPolicyPublished) else None


def _reader(case: Case, known: Known) -> Reader:
    return reader_of(case, known.get("customer", report_of(case).customer_id or ""))


def _is_news(recorded: Recorded, case: Case) -> bool:
    """Whether it happened just now, to somebody who has an address: no sample, no import, no late entry."""
    meta, address = recorded.meta, report_of(case).contact_email
    is_now = meta.origin == "live" and meta.recorded_at - meta.occurred_at <= NEWS
    return is_now and is_known(address)


def write_letters(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """What happened, in writing: copies in any case, states where the policy of the case lists them."""
    if not _is_news(recorded, case):
        return ()
    content, reader = _content(case, known), _reader(case, known)
    state = new_state(event, case)
    found = list(_parts(recorded, event, case, reader))
    if not found and is_told(state, content):
        found = [("state", Notice.STATE, Part())]
    clock = running(case, rulebook(known))
    next_at = clock.due_at if clock is not None and clock.due_at > recorded.meta.occurred_at else None
    told = state or case.state or CaseState.RECEIVED
    return [
        Consequence(
            key=f"letter:{recorded.aggregate_id}:{recorded.meta.event_id}:{number}",
            essence=template,
            service="followup",
            command="RequestMessage",
            aggregate_id=recorded.aggregate_id,
            body=_body(recorded.aggregate_id, case, told, reader, template, notice, part, next_at),
        )
        for number, (template, notice, part) in enumerate(found, 1)
    ]


def _parts(recorded: Recorded, event: Any, case: Case, reader: Reader) -> Iterator[tuple[str, Notice, Part]]:
    copy = COPIES.get(recorded.meta.type)
    if copy is not None:
        yield from ((copy.template, copy.notice, part) for part in copy.parts(recorded, event, case, reader))


def _body(
    case_id: str,
    case: Case,
    state: CaseState,
    reader: Reader,
    template: str,
    notice: Notice,
    part: Part,
    next_at: datetime | None,
) -> dict[str, Any]:
    """The command that asks for a letter; names and texts of people in it are sealed."""
    values = {**common(case_id, case, state, reader, part.next_at or next_at), **part.values}
    letter, text = letters().write(template, reader.language, values)
    named = [{"file_ref": ref, "name": reader.word("letters", f"file.{name}")} for ref, name in part.attached]
    appointment = {"appointment": to_builtins(part.appointment)} if part.appointment is not None else {}
    return {
        "via": Channel.EMAIL.value,
        "to": report_of(case).contact_email,
        "text": text,
        "trigger": notice.value,
        "letter": letter,
        **({"attachments": named} if named else {}),
        **appointment,
    }


def keep_in_touch(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """A customer who waits hears from us again within the target, as things stand then (B-20)."""
    if recorded.meta.origin != "live" or not is_known(report_of(case).contact_email):
        return ()
    key = f"progress:{recorded.aggregate_id}"
    book = rulebook(known)
    clock = running(case, book)
    if clock is None:
        return (Withdrawal(key),)
    if has_word_waiting(case):
        return ()
    reader, state = _reader(case, known), case.state or CaseState.RECEIVED
    body = _body(recorded.aggregate_id, case, state, reader, "progress", Notice.PROGRESS, Part(), None)
    return (
        Consequence(
            key=key,
            # To whom is part of what is sent: a corrected address asks for another command.
            essence=f"{clock.due_at.isoformat()}:{state}:{body['to']}",
            service="followup",
            command="RequestMessage",
            aggregate_id=recorded.aggregate_id,
            body=body,
            not_before=word_at(case, clock, book),
        ),
    )


def send_mail(recorded: Recorded, event: Any, case: Case, known: Known) -> Sequence[Reaction]:
    """What is asked for by mail goes to the mail; what somebody notes of it ends it there."""
    meta = recorded.meta
    if meta.origin != "live":
        return []
    match event:
        case MessageRequested(via=Channel.EMAIL, again_of=str(first)):
            # One that was asked for before mail was sent at all, or that was imported, has no row yet.
            return [_mail(recorded, event, case, first), MailAgain(key_of(first))]
        case MessageRequested(via=Channel.EMAIL):
            return [_mail(recorded, event, case, meta.event_id)]
        case CustomerNotified(request_event_id=str(asked)) if meta.actor_role != Role.SYSTEM:
            return [MailAnswered(key_of(asked))]
    return []


def _mail(recorded: Recorded, event: MessageRequested, case: Case, request_id: str) -> Mail:
    report = report_of(case)
    raw = report.raw_content_ref
    thread = {"title": report.message_subject, "raw": int(raw.removeprefix(_RAW)) if raw.startswith(_RAW) else None}
    return Mail(
        key=key_of(request_id),
        case_id=recorded.aggregate_id,
        request_id=request_id,
        contact_id=report.contact_id,
        body={**to_builtins(event), **{name: value for name, value in thread.items() if value is not None}},
        is_automatic=recorded.meta.actor_role == Role.SYSTEM,
    )


POLICIES = (
    Policy("write-letters", TELLING | frozenset(COPIES), write_letters, AT_HEAD, levels_and_customer),
    Policy("keep-in-touch", TELLING | MOVING, keep_in_touch, AT_HEAD, levels_and_customer),
    Policy("send-mail", frozenset({"MessageRequested", "CustomerNotified"}), send_mail, AT_HEAD),
)
