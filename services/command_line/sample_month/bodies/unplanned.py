"""What ends a case early, brings it back, or holds it up before anybody goes anywhere."""

from datetime import datetime, timedelta

from services.command_line.sample_month.bodies.ending import confirmation
from services.command_line.sample_month.bodies.triage import classified
from services.command_line.sample_month.bodies.work import form
from services.command_line.sample_month.tale import Body, Tale

_FEN = 100


def proof(tale: Tale, at: datetime, title: str) -> str:
    """A paper with the customer's word."""
    return tale.keep(form(tale, title, f"日期 {at:%Y-%m-%d}"))


def marked_duplicate(tale: Tale, at: datetime) -> Body:
    """The same mould has a case already."""
    return {"master_case_id": tale.given.earlier_case, "same_reason": "业务转达的与此前热线反馈为同一问题"}


def unmarked_duplicate(tale: Tale, at: datetime) -> Body:
    """It was another problem after all."""
    return {"reason": "核对后故障部位不同，分开处理"}


def transferred(tale: Tale, at: datetime) -> Body:
    """Taken for somebody else's matter."""
    informed = (at - timedelta(minutes=4)).isoformat()
    return {"to": "生产部", "kind": "OTHER_DEPT", "customer_informed_at": informed}


def transfer_returned(tale: Tale, at: datetime) -> Body:
    """Ours after all."""
    return {"reason": "模具已交付并量产，属售后范围"}


def cancelled(tale: Tale, at: datetime) -> Body:
    """The customer takes it back in writing."""
    return {"reason": "CUSTOMER_WITHDREW", "evidence_ref": proof(tale, at, "客户撤回函")}


def reopened_in_error(tale: Tale, at: datetime) -> Body:
    """The customer meant another one."""
    tale.cycle += 1
    return {"trigger": "CANCELLED_IN_ERROR", "reason": "客户撤回的是另一单，误撤销"}


def waived(tale: Tale, at: datetime) -> Body:
    """Nobody will ever find the nameplate."""
    return {"fields": ["mould_model", "order_no"], "reason": "铭牌已磨损，客户档案遗失，凭照片确认为我方模具"}


def quoted(tale: Tale, at: datetime) -> Body:
    """What the work costs."""
    hours = max(1, round(tale.given.problem.hours))
    lines = [{"kind": "LABOUR", "qty": hours, "unit_price_fen": 300 * _FEN, "text": "维修工时"}]
    lines.append({"kind": "TRAVEL", "qty": 1, "unit_price_fen": 800 * _FEN, "text": "差旅"})
    return {
        "quote_no": f"BJ-{at:%Y%m}-{tale.given.number:03d}",
        "lines": lines,
        "valid_until": (at + timedelta(days=30)).isoformat(),
    }


def quotation_accepted(tale: Tale, at: datetime) -> Body:
    """The customer agrees by mail."""
    word = confirmation(tale, at, "报价确认")
    return {"accepted": True, "decided_by": tale.given.contact["name"], "confirmation": word}


def quotation_refused(tale: Tale, at: datetime) -> Body:
    """The customer does not want it at that price."""
    word = confirmation(tale, at, "报价回复")
    said = {"accepted": False, "reason": "超出预算，自行处理"}
    return said | {"decided_by": tale.given.contact["name"], "confirmation": word}


def shipped(tale: Tale, at: datetime) -> Body:
    """A part that the customer can fit goes by post."""
    part = {"part_no": "SP-STD-08", "model": "8×60", "name": "矩形弹簧", "qty": 4, "unit": "件"}
    sent = (at - timedelta(minutes=10)).isoformat()
    number = f"SF{tale.given.number:010d}"
    return {"parts": [part], "carrier": "顺丰速运", "tracking_no": number, "shipped_at": sent, "charge": "FREE"}


def received_spare(tale: Tale, at: datetime) -> Body:
    """It came."""
    return {"received_at": (at - timedelta(minutes=20)).isoformat(), "complete": True}


def paused(tale: Tale, at: datetime) -> Body:
    """Nobody can work on the mould while the customer produces."""
    until = (at + timedelta(days=2)).isoformat()
    evidence = proof(tale, at, "停机窗口说明")
    return {"clocks": ["RESOLUTION"], "reason": "WAIT_WINDOW", "evidence_ref": evidence, "expected_until": until}


def resumed(tale: Tale, at: datetime) -> Body:
    """The customer has stopped the press."""
    return {"cause": "客户已安排停机"}


def message_requested(tale: Tale, at: datetime) -> Body:
    """The customer is to hear how far we are."""
    return _message(tale)


def message_sent(tale: Tale, at: datetime) -> Body:
    """It went out."""
    return _message(tale) | {"request_event_id": tale.event_id("message_requested"), "delivered": True}


def _message(tale: Tale) -> Body:
    text = f"服务单 {tale.case_id} 正在分析，工程师将与您联系。"
    return {"via": "IM", "to": tale.given.contact["name"], "text": text, "trigger": "PROGRESS"}


def reassigned(tale: Tale, at: datetime) -> Body:
    """Somebody else answers for the case."""
    return {"from_person": tale.registered_by, "to_person": "deputy", "reason": "原负责人休假，交接跟进"}


def reclassified(tale: Tale, at: datetime) -> Body:
    """Judged anew from better photos."""
    return classified(tale, at) | {"reason": "客户补充照片后复核，结论不变"}


def rebased(tale: Tale, at: datetime) -> Body:
    """Measured by the version in force from the beginning."""
    return {"policy_version": 1, "calendar_version": "1", "reason": "合同约定按现行服务级别计时"}


def corrected(tale: Tale, at: datetime) -> Body:
    """The order number was misread."""
    number = tale.given.mould["order_no"]
    found = {"target_event_id": tale.event_id("received"), "field_path": "order_no"}
    return found | {
        "old_value": number,
        "new_value": f"{number}-1",
        "reason_code": "TYPO",
        "reason": "订单号漏写分单号",
    }


def told_wrong_case(tale: Tale, at: datetime) -> Body:
    """A word to another customer, noted on this case."""
    return _message(tale) | {"text": "备件已到货，可安排上门。", "delivered": True}


def voided(tale: Tale, at: datetime) -> Body:
    """It belongs to another case."""
    return {"target_event_id": tale.event_id("told_wrong_case"), "reason": "误记在本单，属另一客户"}


def trained(tale: Tale, at: datetime) -> Body:
    """The customer's operators were trained by video."""
    contact = tale.given.contact
    return {
        "participants": [{"name": contact["name"], "role": contact.get("title", "设备主管")}],
        "topics": ["日常保养", "参数设置"],
        "started_at": (at - timedelta(minutes=50)).isoformat(),
        "ended_at": (at - timedelta(minutes=5)).isoformat(),
        "trainer": "specialist",
        "test_result": "全部合格",
        "signed_list_ref": proof(tale, at, "培训签到表"),
    }
