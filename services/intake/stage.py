"""The stage intake as one value; nothing else of it may be imported from outside."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.intake.commands import COMMANDS
from services.intake.mail.wiring import (
    DURABLE,
    import_mail,
    mail_folder,
    mail_port,
    mail_worker,
    read_again,
    set_aside,
)
from services.intake.policies import POLICIES
from services.intake.projections.case_history import CASE_HISTORY
from services.intake.projections.case_text import CASE_TEXT
from services.intake.projections.contact_addresses import CONTACT_ADDRESSES
from services.intake.projections.customers import CUSTOMERS
from services.intake.projections.message_cases import MESSAGE_CASES
from services.intake.projections.moulds import MOULDS
from services.intake.projections.open_cases import OPEN_CASES
from services.intake.projections.people import PEOPLE
from services.intake.reads.cases import SORTS, VIEWS, CaseQuestion, case, cases, position_at
from services.intake.reads.messages import STATUSES, MessageQuestion, message, message_text, messages
from services.intake.reads.texts import caller, opened_events, person
from services.intake.tables.wiring import TABLES
from shared.projections.register import finder, lister
from shared.runtime.stage import Stage
from shared.store.raw import STREAM

__all__ = ["SORTS", "STAGE", "STATUSES", "VIEWS", "CaseQuestion", "MessageQuestion"]

READS: dict[str, Callable[..., Awaitable[Any]]] = {
    "cases": cases,
    "case": case,
    "position_at": position_at,
    "opened_events": opened_events,
    "caller": caller,
    "person": person,
    "messages": messages,
    "message": message,
    "message_text": message_text,
    "customers": lister(CUSTOMERS),
    "customer": finder(CUSTOMERS),
    "moulds": lister(MOULDS, owner="customer_id"),
    "mould": finder(MOULDS),
}

STAGE = Stage(
    "intake",
    COMMANDS,
    projections=(OPEN_CASES, CASE_HISTORY, PEOPLE, CASE_TEXT, CUSTOMERS, MOULDS, CONTACT_ADDRESSES, MESSAGE_CASES),
    reads=READS,
    policies=POLICIES,
    workers=(mail_worker,),
    inlets=(mail_folder, mail_port),
    acts={"set_message_aside": set_aside, "read_messages_again": read_again},
    queues={"EMAIL": (STREAM, DURABLE)},
    imports={"mail": import_mail},
    tables=TABLES,
)
