"""The rules of the file of a case. Pure: what may join it, and when it is complete (norm 2.4.2)."""

from collections.abc import Iterable, Iterator

import msgspec

from shared.case.state import Case, fault_code_of, scope_of, served_by, was_onsite
from shared.clocks.callbacks import months_later
from shared.clocks.clock import COMPANY_ZONE
from shared.events.case.followup import Archived, DocumentAttached
from shared.events.vocabulary import DocumentKind, Phase, Scope
from shared.files.port import LIMIT
from shared.rules.acting import our_people, own_company, person_of_record, refuse
from shared.rules.fields import listed_once
from shared.rules.instants import not_ahead
from shared.store.order import Fault, Known, Order, Reference, Refused

RETAINED = 120
"""Months that an archived case is kept at least (B-25)."""
UNCLASSIFIED = "C-XX-99"
"""The fault code of what nobody has named yet."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED = frozenset(
    {
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/heic",
        "video/mp4",
        f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet",
        "image/vnd.dwg",
        "model/step",
    }
)
"""Kinds of files that a case takes, as found from their content."""
K = DocumentKind
_ONSITE = (
    ("service_record_missing", (K.SERVICE_RECORD,)),
    ("site_report_missing", (K.SITE_REPORT, K.COMPLETION)),
    ("signature_file_missing", (K.SIGNATURE,)),
)
_REMOTE = (
    ("service_record_missing", (K.SERVICE_RECORD,)),
    ("remote_log_missing", (K.REMOTE_LOG,)),
    ("completion_form_missing", (K.COMPLETION,)),
)


def kind_of_file(draft: DocumentAttached, case: Case) -> Iterable[Reference]:
    """What the file store knows of the file."""
    if draft.file_ref is not None:
        yield Reference("stored", draft.file_ref, "")


def may_attach(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A customer for the own company only."""
    yield from own_company(order, case)


def check_document(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """A kind and size that the file of a case takes, and not there already (R-2.4.2-a)."""
    draft: DocumentAttached = order.draft
    yield from not_ahead(order, "taken_at")
    stored = known.stored.get(draft.file_ref or "")
    if stored is not None and stored.mime not in ACCEPTED:
        yield Fault("V-FILE", "file_kind_not_accepted", "file_ref", {"name": stored.mime})
    elif stored is not None and stored.size_bytes > LIMIT:
        yield Fault("V-FILE", "file_too_large", "file_ref")
    attached = {(one.doc_type, one.file_ref, one.phase) for one in case.followup.documents}
    if (draft.doc_type, draft.file_ref, draft.phase) in attached:
        yield Fault("V-DUP", "attached_already", "file_ref")


def attach_document(order: Order, case: Case, known: Known) -> DocumentAttached:
    """The document with hash, kind and size of its file."""
    draft: DocumentAttached = order.draft
    stored = known.stored.get(draft.file_ref)
    if stored is None:
        raise Refused(Fault("V-FILE", "file_not_found", "file_ref", {"name": draft.file_ref}))
    return msgspec.structs.replace(draft, sha256=stored.sha256, mime=stored.mime, size_bytes=stored.size_bytes)


def check_archive(order: Order, case: Case, known: Known) -> Iterator[Fault]:
    """Each item once, missing ones with a reason, kept by one of our people."""
    draft: Archived = order.draft
    items = draft.checklist or []
    yield from listed_once([item.doc_type for item in items], "checklist[{}].doc_type")
    for index, item in enumerate(items):
        if item.present and item.exemption is not None:
            yield Fault("V-FMT", "only_for", f"checklist[{index}].exemption", {"condition": "present = false"})
        if not item.present and item.exemption is None:
            yield Fault("V-REQ", "missing", f"checklist[{index}].exemption")
    if draft.keeper is not None:
        yield from our_people(known, [draft.keeper], "keeper")


def archive_case(order: Order, case: Case, known: Known) -> Archived:
    """The complete file under its number; nobody archives the case of an own visit."""
    draft: Archived = order.draft
    refuse(_self(order, case))
    refuse(_documents(draft, case), _photos(draft, case), _told(draft, case), _settled(case), _reconciled(case))
    return msgspec.structs.replace(
        draft,
        archive_no=f"{order.aggregate_id}-{case.cycle}",
        feedback_done=bool(case.followup.feedback),
        spares_reconciled=True,
        retain_until=months_later(order.at.astimezone(COMPANY_ZONE).date(), RETAINED),
    )


def _self(order: Order, case: Case) -> Iterator[Fault]:
    if person_of_record(order) in served_by(case):
        yield Fault("A-SELF", "archives_own_visit")


def _exempted(draft: Archived) -> frozenset[DocumentKind]:
    return frozenset(item.doc_type for item in draft.checklist if item.exemption is not None)


def _documents(draft: Archived, case: Case) -> Iterator[Fault]:
    """The required set: attached, or exempted with a reason."""
    there = _exempted(draft) | {one.doc_type for one in case.followup.documents if one.cycle == case.cycle}
    verified = case.dispatch.verification
    is_unsigned = verified is not None and verified.is_unsigned
    for text, kinds in _ONSITE if was_onsite(case) else _REMOTE:
        if not there.intersection(kinds) and not (is_unsigned and K.SIGNATURE in kinds):
            yield Fault("S-GUARD", text, "checklist")


def _photos(draft: Archived, case: Case) -> Iterator[Fault]:
    """A repair on site is shown before and after, other visits once; unless photos are banned there (B-29)."""
    if not was_onsite(case) or case.dispatch.photo_exempt or DocumentKind.PHOTO in _exempted(draft):
        return
    photos = (one for one in case.followup.documents if one.doc_type is K.PHOTO and one.cycle == case.cycle)
    phases = {one.phase for one in photos}
    if scope_of(case) is not Scope.REPAIR:
        if not phases:
            yield Fault("S-GUARD", "photo_missing", "checklist")
        return
    if Phase.BEFORE not in phases:
        yield Fault("S-GUARD", "photo_before_missing", "checklist")
    if Phase.AFTER not in phases:
        yield Fault("S-GUARD", "photo_after_missing", "checklist")


def _told(draft: Archived, case: Case) -> Iterator[Fault]:
    """Departments were told what the service showed, or there was nothing to tell (R-2.4.2-b)."""
    if not case.followup.feedback and draft.nothing_reason is None:
        yield Fault("S-GUARD", "feedback_missing", "nothing_reason")
    if case.followup.feedback and draft.nothing_reason is not None:
        yield Fault("S-GUARD", "feedback_was_sent", "nothing_reason")


def _reconciled(case: Case) -> Iterator[Fault]:
    """Parts that the store gave out were used or came back (B-10).

    What was used without the store, or beyond what it gave, needs no account: once the service is verified nothing can
    be issued any more. It is listed where the case is archived.
    """
    for part in case.dispatch.spares:
        if part.issued - part.used - part.returned > 0.0005:
            yield Fault("S-GUARD", "spare_open", values={"name": part.part_no})


def _settled(case: Case) -> Iterator[Fault]:
    """The fault has a name, everybody is back, and no clock stands still."""
    if any(one.to is None for one in case.followup.pauses):
        yield Fault("S-GUARD", "still_paused")
    if fault_code_of(case) == UNCLASSIFIED:
        yield Fault("S-GUARD", "fault_unclassified")
    away = {user for stay in case.dispatch.stays if stay.returned_at is None for user in stay.people}
    if away:
        yield Fault("S-GUARD", "not_returned", values={"name": ", ".join(sorted(away))})
