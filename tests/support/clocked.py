"""A case told in one line per event at local times, and its clocks under the product's own policy and calendar."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from services.command_line.seeding import content
from shared.case.fold import fold
from shared.case.state import Case
from shared.clocks.catalogue import clocks_of
from shared.clocks.clock import Clock
from shared.clocks.rules import Rulebook, Rules
from shared.events.catalogue import EVENTS
from shared.events.envelope import Meta
from shared.events.policy import CalendarPublished, SlaPolicyPublished
from tests.support import past, samples, service, setbacks

ZONE = ZoneInfo("Asia/Shanghai")
_TIMES = {
    "FeedbackReceived": "received_at",
    "CaseAcknowledged": "ack_at",
    "ConsultationHeld": "held_at",
    "RemoteSessionLogged": "ended_at",
    "TechnicianArrived": "arrived_at",
    "MouldReceivedAtFactory": "received_at",
    "CallbackDone": "done_at",
    "MouldReturned": "shipped_at",
    "OnsiteRejected": "customer_informed_at",
    "OnsiteWithdrawn": "customer_informed_at",
}
_PAUSE = {"reason": "WAIT_WINDOW", "evidence_ref": "sha256:" + "e" * 64}
_BODIES: dict[str, Any] = {
    "FeedbackReceived": lambda: samples.report(policy_version=1, calendar_version="1"),
    "CaseAcknowledged": samples.acknowledgement,
    "Classified": samples.classification,
    "Reclassified": lambda: samples.classification(reason="现场复核"),
    "ConsultationRequested": service.consultation_request,
    "ConsultationHeld": service.minutes,
    "RemoteSessionLogged": service.session,
    "OnsiteRequested": lambda: past.REQUEST | {"zone": "A"},
    "OnsiteApproved": lambda: {},
    "OnsiteRejected": lambda: {"reason": "NO_RESOURCE", "alternative": "先寄备件"},
    "OnsiteWithdrawn": lambda: {"reason": "FAULT_GONE", "note": "飞边消失"},
    "TechnicianArrived": lambda: {"people": ["technician"]},
    "MouldReceivedAtFactory": setbacks.receipt,
    "PlanAgreed": lambda: {"plan_version": 1},
    "ServiceVerified": lambda: {"mode": "ONSITE", "accepts_content": True, "accepts_effect": True},
    "TechnicianDeparted": lambda: {},
    "TechnicianReturned": lambda: {},
    "CustomerEvaluated": lambda: past.SCORES,
    "Archived": service.archive,
    "CallbackScheduled": service.schedule,
    "CallbackDone": service.callback,
    "CaseClosed": lambda: {},
    "CaseReopened": lambda: {"trigger": "CUSTOMER", "reason": "飞边再次出现", "policy_version": 1},
    "CaseCancelled": lambda: {"reason": "CUSTOMER_WITHDREW"},
    "CaseMarkedDuplicate": lambda: {"master_case_id": "abcde-fghjk", "same_reason": "同一问题"},
    "DuplicateUnmarked": lambda: {"reason": "不是同一问题"},
    "CaseTransferred": lambda: {"to": "销售部", "kind": "OTHER_DEPT", "customer_informed_at": samples.at(0)},
    "TransferReturned": lambda: {"reason": "属于售后"},
    "DuplicateAbsorbed": lambda: {
        "from_case_id": "abcde-fghjk",
        "channel": "SALES_RELAY",
        "reporter": {"name": "王", "contact": "13800000000"},
    },
    "DuplicateReleased": lambda: {"from_case_id": "abcde-fghjk"},
    "InfoSupplemented": lambda: {"fields": {}, "source": "回电"},
    "VisitConfirmed": lambda: {
        "visit_at": samples.at(200),
        "site_contact": {"name": "李", "phone": "13800000000"},
        "no_specific_needs": True,
        "confirmed_by": "李",
        "confirmed_via": "HOTLINE",
    },
    "QuotationIssued": lambda: {"quote_no": "Q-1", "lines": [], "valid_until": samples.at(999)},
    "QuotationDecided": lambda: {"accepted": True, "decided_by": "张伟"},
    "CustomerNotified": lambda: {"via": "EMAIL", "to": "a@example.com", "text": "处理中", "trigger": "PROGRESS"},
    "DepartmentFeedbackSent": service.feedback,
    "DepartmentFeedbackAcknowledged": service.answer,
    "SlaPaused": lambda: {"clocks": ["RESOLUTION"], **_PAUSE, "expected_until": samples.at(99)},
    "SlaResumed": lambda: {"cause": "客户已停机"},
    "PolicyRebased": lambda: {"policy_version": 2, "calendar_version": "1", "reason": "合同约定"},
    "Escalated": dict,
    "SlaBreached": lambda: {"clock": "FIRST_RESPONSE", "due_at": samples.at(0), "policy_version": 1},
}
"""The least that each event says."""


def local(text: str) -> datetime:
    """`2026-11-26 10:00` in Shanghai; without a year it is 2026."""
    text = text if text[:2] in ("19", "20") and text[4:5] == "-" else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def shown(instant: datetime | None) -> str | None:
    """The same way back, to the minute, and to the second where there are some."""
    if instant is None:
        return None
    text = instant.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    return text.removeprefix("2026-")


@cache
def book() -> Rulebook:
    """The policy and the calendar that the product begins with, and a second policy that answers within two hours."""
    since = {"effective_from": samples.at(-99_999), "drafted_by": "admin"}
    policy = {"version": 1, **since, "content": content("service_levels")}
    strict = msgspec.json.decode(msgspec.json.encode({**policy, "version": 2}))
    strict["content"]["targets"]["RESOLUTION"]["NORMAL"] = {"hours": 2, "base": "BH"}
    calendar = {"version": 1, **since, "content": content("calendar")}
    found = Rulebook().with_calendar(msgspec.convert(calendar, CalendarPublished))
    for one in (policy, strict):
        found = found.with_policy(msgspec.convert(one, SlaPolicyPublished))
    return found


def rules() -> Rules:
    """The first versions of both."""
    found = book().versions(1, "1")
    assert found is not None
    return found


class Story:
    """Events of one case in the order they were recorded. Each has the id of its place: `e1`, `e2` and so on."""

    def __init__(self, received: str, **report: Any) -> None:
        self.case = Case()
        self.cycle = 1
        self.events: list[tuple[Any, Meta]] = []
        self.then(received, "FeedbackReceived", fault_at=local("2020-01-01 08:00").isoformat(), **report)

    def then(
        self, at: str, type: str, *, recorded: str | None = None, command_id: str | None = None, **fields: Any
    ) -> "Story":
        """One event more, recorded when it happened if nothing else is said."""
        when = local(at)
        own = {_TIMES[type]: when.isoformat()} if type in _TIMES else {}
        event = msgspec.convert({**_BODIES[type](), **own, **fields}, EVENTS[type])
        self.cycle += type == "CaseReopened"
        command = command_id or str(uuid5(UUID(int=0), f"{len(self.events)}"))
        meta = Meta(
            version=len(self.events) + 1,
            type=type,
            event_id=f"e{len(self.events) + 1}",
            command_id=command,
            command_hash="",
            correlation_id=command,
            actor="specialist",
            actor_role="SPECIALIST",
            occurred_at=when,
            recorded_at=local(recorded or at),
            cycle=self.cycle,
        )
        self.events.append((event, meta))
        self.case = fold(self.case, event, meta)
        return self

    def clocks(self) -> tuple[Clock, ...]:
        """All clocks as they stand."""
        return clocks_of(self.case, book())

    def clock(self, name: str, *, nth: int = 0) -> Clock:
        """The n-th run of a clock."""
        return [one for one in self.clocks() if one.name == name][nth]

    def due(self, name: str, *, nth: int = 0) -> str | None:
        """When it is due."""
        return shown(self.clock(name, nth=nth).due_at)

    def status(self, name: str, at: str, *, nth: int = 0) -> str:
        """Where it stands at a time."""
        return self.clock(name, nth=nth).status(local(at)).value
