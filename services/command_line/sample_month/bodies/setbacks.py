"""Visits that do not go as planned, and moulds that come to the factory."""

from datetime import datetime, timedelta

from services.command_line.sample_month.bodies.unplanned import proof
from services.command_line.sample_month.pace import visit_time
from services.command_line.sample_month.papers import picture
from services.command_line.sample_month.tale import Body, Tale

_PART = {"part_no": "SP-GP-20", "unit": "件"}
_STORE = "备件库"


def withdrawn(tale: Tale, at: datetime) -> Body:
    """The customer wants another day first."""
    informed = (at - timedelta(minutes=5)).isoformat()
    return {"reason": "CUSTOMER_WISH", "note": "客户先自行观察两班", "customer_informed_at": informed}


def taken_up(tale: Tale, at: datetime) -> Body:
    """A manager looks at the visit that was refused twice."""
    return {"clock": "APPROVAL", "level": 3}


def rescheduled(tale: Tale, at: datetime) -> Body:
    """The press is needed on the day."""
    tale.visit_at = visit_time(tale, at) + timedelta(days=1)
    return {"by": "CUSTOMER", "reason": "客户当天赶交期", "new_visit_at": tale.visit_at.isoformat()}


def aborted(tale: Tale, at: datetime) -> Body:
    """A part is missing; the customer lets us go."""
    contact = tale.given.contact["name"]
    return {"reason": "PARTS_MISSING", "permission_by": contact, "next_step": "备件到货后再次上门"}


def reserved(tale: Tale, at: datetime) -> Body:
    """The store puts parts aside."""
    return {"store": _STORE, "parts": [_PART | {"qty": 2}]}


def issued(tale: Tale, at: datetime) -> Body:
    """The technician takes them."""
    return reserved(tale, at) | {"to_person": tale.given.technician}


def brought_back(tale: Tale, at: datetime) -> Body:
    """They were not needed after all."""
    return reserved(tale, at) | {"condition": "DEFECT"}


def part_analysed(tale: Tale, at: datetime) -> Body:
    """What the part that came back showed."""
    return {
        "part_no": _PART["part_no"],
        "received_at": (at - timedelta(hours=1)).isoformat(),
        "finding": "导柱表面有轻微拉伤，硬度合格，属运输磕碰",
        "cause": "TRANSPORT",
    }


def contained(tale: Tale, at: datetime) -> Body:
    """D3: what keeps the customer running."""
    return _step(at, 3, "隔离同批备件并全检库存", is_done=True)


def cause_found(tale: Tale, at: datetime) -> Body:
    """D4: why it happened."""
    return _step(at, 4, tale.given.problem.causes[0].text, is_done=False)


def _step(at: datetime, number: int, text: str, *, is_done: bool) -> Body:
    body: Body = {"d": number, "text": text, "due_at": (at + timedelta(days=10)).isoformat()}
    return body | ({"done_at": (at - timedelta(minutes=5)).isoformat()} if is_done else {})


def signature_refused(tale: Tale, at: datetime) -> Body:
    """The customer does not sign."""
    return {"reason": "对外观仍不满意", "witness": tale.given.contact["name"]}


def decided_redo(tale: Tale, at: datetime) -> Body:
    """The work again."""
    return {"decision": "REDO", "reason": "再修一次后复试"}


def decided_accept(tale: Tale, at: datetime) -> Body:
    """The trial run passed twice; nobody signs."""
    return {"decision": "ACCEPT", "reason": "两次试模合格，尺寸达标，客户无具体异议"}


def declined(tale: Tale, at: datetime) -> Body:
    """The customer does not rate it."""
    return {"reason": "客户表示不评价"}


def transported(tale: Tale, at: datetime) -> Body:
    """The mould is fetched."""
    return {
        "transport": {"carrier": "顺达物流", "pickup_at": (at + timedelta(hours=4)).isoformat()},
        "packing_list": ["模具 1 副", "吊环 4 只"],
        "photos_out": [tale.keep(picture(f"{tale.given.problem.code} out"))],
    }


def mould_received(tale: Tale, at: datetime) -> Body:
    """It came to the factory whole."""
    photos = [tale.keep(picture(f"{tale.given.problem.code} in"))]
    return {"received_at": (at - timedelta(minutes=10)).isoformat(), "packing_list_ok": True, "photos": photos}


def mould_returned(tale: Tale, at: datetime) -> Body:
    """It goes home."""
    return {"shipped_at": (at - timedelta(minutes=10)).isoformat(), "carrier": "顺达物流"}


def remedy_refused(tale: Tale, at: datetime) -> Body:
    """The first look at a complaint grants nothing."""
    return _remedy(at) | {"granted": "NONE", "step": "FIRST", "accepted_by_customer": False}


def remedy_granted(tale: Tale, at: datetime) -> Body:
    """The second look, by another person, gives something back."""
    money = {"granted": "PRICE_REDUCTION", "amount_fen": 50_000}
    return _remedy(at) | money | {"step": "SECOND_LOOK", "accepted_by_customer": True}


def _remedy(at: datetime) -> Body:
    informed = (at - timedelta(minutes=5)).isoformat()
    return {"asked": "PRICE_REDUCTION", "reason": "核对签到与现场记录后决定", "customer_informed_at": informed}


def unanswered_by_phone(tale: Tale, at: datetime) -> Body:
    """Nobody answers the call-back."""
    return {"point": "D7", "method": "PHONE", "result": "NO_ANSWER"}


def unanswered_by_mail(tale: Tale, at: datetime) -> Body:
    """Nor the mail."""
    return {"point": "D7", "method": "EMAIL", "result": "NO_ANSWER"}


def given_up(tale: Tale, at: datetime) -> Body:
    """Tried often enough."""
    return {"point": "D7"}


def reopened(tale: Tale, at: datetime) -> Body:
    """The fault is back."""
    tale.cycle += 1
    return {"trigger": "CALLBACK", "reason": "回访时客户反映问题复现"}


def held(tale: Tale, at: datetime) -> Body:
    """A dispute: nothing of this case may be erased."""
    evidence = proof(tale, at, "律师函")
    return {"reason": f"货款争议，保全资料 {evidence[7:15]}", "basis": "(2026) 示民初 12 号"}


def lifted(tale: Tale, at: datetime) -> Body:
    """It was settled."""
    return {"reason": "双方和解"}


def audited(tale: Tale, at: datetime) -> Body:
    """An auditor has looked at the file."""
    return {"note": "抽查归档资料，齐全", "refs": [tale.event_id("archived")]}
