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
from services.intake.projections.case_parties import CASE_PARTIES
from services.intake.projections.case_text import CASE_TEXT
from services.intake.projections.channel_notices import CHANNEL_NOTICES
from services.intake.projections.channels import CHANNELS
from services.intake.projections.contact_addresses import CONTACT_ADDRESSES
from services.intake.projections.customers import CUSTOMERS
from services.intake.projections.file_uses import FILE_USES
from services.intake.projections.message_cases import MESSAGE_CASES
from services.intake.projections.moulds import MOULDS
from services.intake.projections.open_cases import OPEN_CASES
from services.intake.projections.people import PEOPLE
from services.intake.reads.cases import SORTS, VIEWS, CaseQuestion, case, cases, position_at
from services.intake.reads.channels import untold_customers
from services.intake.reads.duplicates import Sought, duplicates, persons_reached
from services.intake.reads.history import cases_of_mould
from services.intake.reads.messages import STATUSES, MessageQuestion, message, message_text, messages
from services.intake.reads.scoped import file_uses, sees_case
from services.intake.reads.similar import similar_cases
from services.intake.reads.texts import caller, opened_events, person
from services.intake.tables.wiring import TABLES
from shared.projections.register import finder, lister, of_customers, of_moulds
from shared.runtime.stage import Stage
from shared.store.raw import STREAM

__all__ = ["SORTS", "STAGE", "STATUSES", "VIEWS", "CaseQuestion", "MessageQuestion", "Sought"]

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
    "sees_case": sees_case,
    "file_uses": file_uses,
    "customers": lister(CUSTOMERS, of_customers),
    "customer": finder(CUSTOMERS, of_customers),
    "moulds": lister(MOULDS, of_moulds),
    "mould": finder(MOULDS, of_moulds),
    "channels": lister(CHANNELS),
    "channel": finder(CHANNELS),
    "cases_of_mould": cases_of_mould,
    "duplicates": duplicates,
    "persons_reached": persons_reached,
    "similar_cases": similar_cases,
    "untold_customers": untold_customers,
}

STAGE = Stage(
    "intake",
    COMMANDS,
    projections=(
        *(OPEN_CASES, CASE_HISTORY, PEOPLE, CASE_TEXT, CUSTOMERS, MOULDS, CONTACT_ADDRESSES),
        *(CASE_PARTIES, FILE_USES, CHANNELS, CHANNEL_NOTICES, MESSAGE_CASES),
    ),
    reads=READS,
    policies=POLICIES,
    workers=(mail_worker,),
    inlets=(mail_folder, mail_port),
    acts={"set_message_aside": set_aside, "read_messages_again": read_again},
    queues={"EMAIL": (STREAM, DURABLE)},
    imports={"mail": import_mail},
    tables=TABLES,
)
