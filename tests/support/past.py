"""What has happened to a case before a test begins: facts written straight into its log, as other stages would."""

from typing import Any
from uuid import uuid4

import msgspec

from shared.events.catalogue import EVENTS
from shared.events.envelope import Meta, encode, event_id, subject_of
from shared.store.port import Draft
from tests.support.desk import Desk
from tests.support.samples import NOON, at, classification
from tests.support.service import session

Fact = tuple[str, dict[str, Any]]
"""An event type and its fields."""
SIGNATURE = {
    "signed_by": "张伟",
    "title": "设备主管",
    "signed_at": at(0),
    "sign_mode": "SCREEN",
    "file_ref": "sha256:" + "c" * 64,
    "doc_hash": "d" * 64,
}
REQUEST = {
    "reason": "REMOTE_FAILED",
    "justification": "远程两次未解决",
    "expected_days": 1,
    "people_needed": 1,
    "service_mode": "ONSITE",
}
REPORT = {
    "form": "COMPLETION",
    "service_content": "更换滑块镶件",
    "measures": "更换镶件并试模",
    "root_cause": {"category": "WEAR", "text": "封胶面磨损"},
    "liability": "OURS",
    "no_parts_replaced": True,
    "no_open_issues": True,
    "usage_advice": "每 5 万模次检查封胶面",
    "delivered_to": "张伟",
    "delivered_via": "EMAIL",
    "doc_hash": "d" * 64,
}
SCORES = {"process": 5, "result": 5, "attitude": 5, "evaluated_by": "张伟"}
REMOTE: tuple[Fact, ...] = (
    ("RemoteSessionLogged", session()),
    ("ServiceVerified", {"mode": "REMOTE", "accepts_content": True, "accepts_effect": True}),
)
"""Solved from afar and confirmed."""
VISIT: tuple[Fact, ...] = (
    ("OnsiteRequested", REQUEST),
    ("OnsiteApproved", {}),
    ("ServicePrepared", {"items": [], "technicians": ["technician"]}),
    ("TechnicianArrived", {"arrived_at": at(0), "people": ["technician"]}),
    ("PlanAgreed", {"plan_version": 1, "signature": SIGNATURE}),
    ("WorkFinished", {"finished_at": at(0), "labour_h": 3, "removed_parts_handled": True}),
    ("ServiceVerified", {"mode": "ONSITE", "accepts_content": True, "accepts_effect": True, "signature": SIGNATURE}),
    ("TechnicianDeparted", {}),
    ("TechnicianReturned", {}),
)
"""Repaired at the customer's by `technician`, signed for, everybody back."""
EVALUATED: tuple[Fact, ...] = (("CompletionReportSubmitted", REPORT), ("CustomerEvaluated", SCORES))
"""The report was handed over and rated."""


def triaged(**changes: Any) -> Fact:
    """A classification."""
    return "Classified", classification(**changes)


async def happened(desk: Desk, case_id: str, *facts: Fact) -> None:
    """Write facts behind what a case already holds; they were recorded now, at noon."""
    subject = subject_of("case", case_id)
    for type, fields in facts:
        event = msgspec.convert(fields, EVENTS[type])
        head = (await desk.aggregates.refresh(subject)).head
        command_id = str(uuid4())
        meta = Meta(
            version=head.version + 1,
            type=type,
            event_id=event_id(subject, command_id),
            command_id=command_id,
            command_hash="0" * 64,
            correlation_id=command_id,
            actor="technician",
            actor_role="TECHNICIAN",
            occurred_at=NOON,
            recorded_at=NOON,
            prev=head.hash,
        )
        payload = encode(meta, msgspec.to_builtins(event))
        draft = Draft(subject, payload, meta.event_id, type, meta.version, command_id)
        await desk.store.append(draft, head.sequence)
    await desk.aggregates.refresh(subject)
