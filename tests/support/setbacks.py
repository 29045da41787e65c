"""Bodies of the commands beside the normal visit: setbacks, a return to the factory, spare parts, a training."""

from typing import Any

from tests.support.samples import at
from tests.support.visit import RULES_FILE, SIGNATURE_FILE, Body, body_of

PHOTO = SIGNATURE_FILE
LIST = RULES_FILE
"""Files that the store holds in these bodies."""


def stored(qty: float = 2, **changes: Any) -> dict[str, Any]:
    """Guide pins of a store."""
    return {"part_no": "GP-20", "qty": qty, "unit": "件", **changes}


withdrawal = body_of(lambda: {"reason": "FAULT_GONE", "note": "客户来电：飞边消失", "customer_informed_at": at(0.4)})
move = body_of(lambda: {"by": "CUSTOMER", "reason": "机台被占用", "new_visit_at": at(30)})
abort = body_of(lambda: {"reason": "PARTS_MISSING", "permission_by": "李建国", "next_step": "备件到货后再次上门"})
refused_signature = body_of(lambda: {"reason": "对毛刺仍不满意", "witness": "李建国"})
decision = body_of(lambda: {"decision": "REDO", "reason": "再次研配后试模"})
declined = body_of(lambda: {"reason": "客户表示不评价"})
unsigned = body_of(lambda: {"mode": "REMOTE", "unsigned": True, "reason": "三次请客户确认均无答复"})
return_request = body_of(
    lambda: {
        "reason": "STRUCTURAL_DAMAGE",
        "justification": "型芯断裂，须返厂",
        "expected_days": 5,
        "people_needed": 2,
        "service_mode": "RETURN",
    }
)
return_approval = body_of(lambda: {"deferred_warranty_reason": "收模后判定", "agreed_until": at(200)})
transport = body_of(
    lambda: {
        "transport": {"carrier": "顺达物流", "pickup_at": at(4)},
        "packing_list": ["模具 1 副", "吊环 4 只"],
        "photos_out": [PHOTO],
    }
)
receipt = body_of(lambda: {"received_at": at(19), "packing_list_ok": True, "photos": [PHOTO]})
shipping = body_of(lambda: {"shipped_at": at(27.2), "carrier": "顺达物流"})
training = body_of(
    lambda: {
        "participants": [{"name": "王强", "role": "操作工"}],
        "topics": ["日常保养", "参数设置"],
        "started_at": at(25.5),
        "ended_at": at(26.5),
        "trainer": "technician",
        "test_result": "全部合格",
        "signed_list_ref": LIST,
    }
)
reserved = body_of(lambda: {"store": "备件库", "parts": [stored(4)]})
issued: Body = body_of(lambda: {"store": "备件库", "parts": [stored(3)], "to_person": "technician"})
brought_back = body_of(lambda: {"store": "备件库", "parts": [stored(1)], "condition": "GOOD"})


def message(trigger: str) -> dict[str, Any]:
    """A message to the customer, sent or to be sent."""
    return {"via": "EMAIL", "to": "张伟", "text": "请答复", "trigger": trigger}
