"""Rows of registers that events make: improvements and reports as they stand, subscriptions, and files by use."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import pytest

from services.administration.projections.departments import DEPARTMENTS
from services.analytics.projections.improvements import IMPROVEMENTS
from services.analytics.projections.record_text import RECORD_TEXT
from services.analytics.projections.reports import REPORTS
from services.intake.projections.case_parties import CASE_PARTIES
from services.intake.projections.file_uses import FILE_USES
from shared.case.effective import effective, told_of
from shared.events.catalogue import decode
from shared.events.envelope import Meta, Recorded, encode, event_id
from shared.masters.aggregates import revises
from shared.projections.projection import Projection
from shared.projections.reader import Corrected
from shared.projections.reference import Reference
from shared.projections.standing import Change, Standing, step
from tests.support.corrections import correction
from tests.support.samples import NOON, at, report

HASH = "ab" * 32


def recorded(kind: str, number: int, type: str, data: Mapping[str, Any], **meta: Any) -> Recorded:
    """An event of an aggregate as the log holds it."""
    subject, command = f"evt.{kind}.aaaa-bbbbb", str(uuid4())
    given = {"actor": "specialist", "actor_role": "SPECIALIST", **meta}
    head = Meta(
        version=number,
        type=type,
        event_id=event_id(subject, command),
        command_id=command,
        command_hash="0" * 64,
        correlation_id=command,
        occurred_at=NOON,
        recorded_at=NOON,
        **given,
    )
    return Recorded(number, subject, encode(head, dict(data)))


def rows(projection: Projection, events: Sequence[Recorded]) -> list[Any]:
    """The row after each event."""
    found, current, standing = [], None, None
    for one in events:
        before: Standing | None = standing
        standing = step(before, one, decode(one), Reference()) if projection.folds else None
        known = Change(before, standing) if standing is not None else current if projection.carries else None
        if projection.recounts and revises(one):
            known = counting(events[: events.index(one) + 1])
        made = projection.apply(
            known, one, json.loads(bytes(one.raw)) if projection.opens else decode(one), Reference()
        )
        found += made
        current = made[-1] if made else current
    return found


def counting(events: Sequence[Recorded]) -> Corrected:
    """What counts after these."""
    by_id = {one.meta.event_id: one for one in events}
    return Corrected(events, [(by_id[one.meta.event_id], one) for one in effective(map(told_of, events))])


def test_an_improvement_is_shown_as_it_stands() -> None:
    plan = {"measure": "改用渗氮滑块", "owner": "engineer", "due_at": at(100), "target_metric": "M-04"}
    plan |= {"baseline": 0.8, "target": 0.9, "horizontal_check": "同类模具三副"}
    opened = {"source": "REPORT", "finding": "滑块磨损", "evidence_cases": ["z96q-rsy14"], "department": "TECH"}
    events = [
        recorded("improvement", 1, "ImprovementOpened", opened),
        recorded("improvement", 2, "ImprovementPlanned", plan),
        recorded("improvement", 3, "ImprovementActionDone", {"done_at": at(50), "evidence": [f"sha256:{HASH}"]}),
        recorded("improvement", 4, "ImprovementVerified", {"observed": 0.95, "effective": True}),
    ]
    made = rows(IMPROVEMENTS, events)
    assert [row.state for row in made] == ["OPEN", "ACTING", "VERIFYING", "VERIFYING"]
    assert (made[0].owner, made[0].department) == (None, "TECH")
    assert (made[-1].owner, made[-1].target, made[-1].is_effective) == ("engineer", 0.9, True)
    assert [json.loads(row.fields)["finding"] for row in rows(RECORD_TEXT, events[:1])] == ["滑块磨损"]
    (use,) = rows(FILE_USES, events)
    assert (use.aggregate_id, use.version, use.digest, use.is_drawing) == ("improvement.aaaa-bbbbb", 3, HASH, False)


def test_a_report_is_shown_as_it_stands() -> None:
    finding = {"problem": "响应慢", "evidence_cases": ["z96q-rsy14"], "departments": ["QUALITY"], "no_action": "已解决"}
    review = {"meeting_at": at(1), "participants": ["supervisor", "quality"], "findings": [finding]}
    events = [
        recorded("report", 1, "QualityReportDrafted", {"period": "2026-10", "cut_off_position": 7}, actor="analyst"),
        recorded("report", 2, "QualityReportReviewed", review, actor="supervisor"),
        recorded("report", 3, "QualityReportIssued", {"no_measures": True}, actor="supervisor"),
    ]
    made = rows(REPORTS, events)
    assert [row.standing for row in made] == ["DRAFTED", "REVIEWED", "ISSUED"]
    assert (made[-1].author, made[-1].period, made[-1].findings) == ("analyst", "2026-10", 1)


def test_a_subscription_ends() -> None:
    added = {"name": "质量部", "dept": "QUALITY", "topics": ["Classified"], "moulds": ["aaaa-bbbbb"]}
    events = [
        recorded("department", 1, "DepartmentAdded", added),
        recorded("department", 2, "DepartmentRemoved", {"reason": "并入"}),
    ]
    made = rows(DEPARTMENTS, events)
    assert [(row.dept, row.topics, row.moulds, row.is_active) for row in made] == [
        ("QUALITY", ["Classified"], ["aaaa-bbbbb"], True),
        ("QUALITY", ["Classified"], ["aaaa-bbbbb"], False),
    ]


def parties(type: str, data: Mapping[str, Any], **meta: Any) -> set[str]:
    """Who takes part by one event."""
    return {row.party for row in rows(CASE_PARTIES, [recorded("case", 1, type, data, **meta)])}


def test_who_takes_part_is_who_acts_and_who_is_named_but_not_who_is_complained_about() -> None:
    relay = report(channel="SALES_RELAY", relayed_by="lin", relay_received_at=at(-1), complained_about="zhao")
    assert parties("FeedbackReceived", relay) == {"user:lin", "sales:lin"}
    own = parties("FeedbackReceived", report(), actor="sales", actor_role="SALES")
    assert own == {"user:sales", "sales:sales"}
    assert parties("SafetyRulesRead", _RULES, actor="mei", actor_role="TECHNICIAN") == {"user:mei"}
    reassigned = {"from_person": "a", "to_person": "b", "reason": "休假"}
    assert parties("CaseReassigned", reassigned) == {"user:b"}
    asked = {"question": "原因", "departments": ["TECH", "PRODUCTION"], "needed_by": at(5)}
    assert parties("ConsultationRequested", asked) == {"dept:TECH", "dept:PRODUCTION"}
    gone = {"to": "生产部", "kind": "OTHER_DEPT", "customer_informed_at": at(0)}
    assert parties("CaseTransferred", gone) == {"role:DEPT"}
    assert parties("CaseTransferred", gone | {"kind": "NOT_OURS"}) == set()


def corrected(target: Recorded, number: int, path: str, value: object) -> Recorded:
    """A correction of one field, by the supervisor."""
    given = {**correction(target.meta.event_id, path, "x", value), "target_type": target.meta.type}
    return recorded("case", number, "RecordCorrected", given, actor="supervisor", actor_role="SUPERVISOR")


def voided(target: Recorded, number: int) -> Recorded:
    """A voiding, by the supervisor."""
    given = {"target_event_id": target.meta.event_id, "reason": "记错"}
    return recorded("case", number, "EventVoided", given, actor="supervisor", actor_role="SUPERVISOR")


def taking_part(*events: Recorded) -> set[str]:
    """Who takes part after all of them."""
    newest = {row.party: row.takes_part for row in rows(CASE_PARTIES, events)}
    return {party for party, takes_part in newest.items() if takes_part}


_RELAY = {"channel": "SALES_RELAY", "relayed_by": "lin", "relay_received_at": at(-1)}


@pytest.mark.parametrize(
    ("type", "data", "path", "value", "expected"),
    [
        ("FeedbackReceived", report(**_RELAY), "relayed_by", "wu", {"user:wu", "sales:wu"}),
        ("FeedbackReceived", report(**_RELAY), "press", "HTF 380", {"user:lin", "sales:lin"}),
        ("CaseReassigned", {"from_person": "a", "to_person": "b", "reason": "x"}, "to_person", "c", {"user:c"}),
    ],
)
def test_who_takes_part_is_whom_the_corrected_event_names(
    type: str, data: Mapping[str, Any], path: str, value: object, expected: set[str]
) -> None:
    first = recorded("case", 1, type, data)
    assert taking_part(first, corrected(first, 2, path, value)) == expected


def test_who_acted_himself_stays_when_a_correction_takes_his_name_out() -> None:
    first = recorded("case", 1, "CaseReassigned", {"from_person": "a", "to_person": "mei", "reason": "x"})
    acted = recorded("case", 2, "SafetyRulesRead", _RULES, actor="mei", actor_role="TECHNICIAN")
    assert taking_part(first, acted, corrected(first, 3, "to_person", "wu")) == {"user:mei", "user:wu"}


def test_who_was_named_by_mistake_comes_back_with_his_name() -> None:
    first = recorded("case", 1, "CaseReassigned", {"from_person": "a", "to_person": "b", "reason": "x"})
    events = [first, corrected(first, 2, "to_person", "c"), corrected(first, 3, "to_person", "d")]
    assert taking_part(*events) == {"user:d"}
    assert taking_part(*events, corrected(first, 4, "to_person", "b")) == {"user:b"}


def test_a_voided_event_brings_nobody_into_a_case() -> None:
    first = recorded("case", 1, "FeedbackReceived", report())
    asked = {"question": "原因", "departments": ["TECH"], "needed_by": at(5)}
    wrong = recorded("case", 2, "ConsultationRequested", asked)
    acted = recorded("case", 3, "SafetyRulesRead", _RULES, actor="mei", actor_role="TECHNICIAN")
    assert taking_part(first, wrong, acted) == {"dept:TECH", "user:mei"}
    assert taking_part(first, wrong, acted, voided(wrong, 4), voided(acted, 5)) == set()


def used(*events: Recorded) -> set[tuple[int, str]]:
    """The files that are used after all of these, by version of the event."""
    newest = {(row.version, row.digest): row.counts for row in rows(FILE_USES, events)}
    return {use for use, counts in newest.items() if counts}


def test_a_file_of_a_voided_event_is_used_no_longer() -> None:
    first = recorded("case", 1, "DocumentAttached", {"doc_type": "QUOTE", "file_ref": f"sha256:{HASH}"})
    second = recorded("case", 2, "DocumentAttached", {"doc_type": "PHOTO", "file_ref": f"sha256:{HASH}"})
    assert used(first, second, voided(first, 3)) == {(2, HASH)}
    assert used(first, second, voided(first, 3), voided(second, 4)) == set()


def test_a_corrected_file_takes_the_place_of_the_wrong_one() -> None:
    first = recorded("case", 1, "DocumentAttached", {"doc_type": "QUOTE", "file_ref": f"sha256:{HASH}"})
    other = corrected(first, 2, "file_ref", f"sha256:{'cd' * 32}")
    assert used(first, other) == {(1, "cd" * 32)}
    assert used(first, other, corrected(first, 3, "file_ref", f"sha256:{HASH}")) == {(1, HASH)}
    assert used(first, other, voided(first, 3)) == set()


def test_a_mould_that_comes_back_concerns_every_technician() -> None:
    wanted = {"reason": "REMOTE_FAILED", "justification": "需返厂", "expected_days": 2, "people_needed": 1}
    assert parties("OnsiteRequested", {**wanted, "service_mode": "RETURN"}) == {"role:TECHNICIAN"}
    assert parties("OnsiteRequested", {**wanted, "service_mode": "ONSITE", "zone": "A"}) == set()


def test_what_is_named_as_a_drawing_is_one() -> None:
    drawing = {"doc_id": "D-1", "revision": "A", "file_ref": f"sha256:{HASH}"}
    mould = {"mould_no": "M-1", "mould_name": "盖板", "kind": "INJECTION", "model": "HT-1", "spec": "1 腔"}
    mould |= {"customer_id": "c", "order_no": "SO-1", "delivery_date": "2024-06-30", "drawings": [drawing]}
    (use,) = rows(FILE_USES, [recorded("mould", 1, "MouldRegistered", mould)])
    assert (use.digest, use.is_drawing) == (HASH, True)
    attached = {"doc_type": "DRAWING", "file_ref": f"sha256:{HASH}"}
    (use,) = rows(FILE_USES, [recorded("case", 1, "DocumentAttached", attached)])
    assert use.is_drawing
    (use,) = rows(FILE_USES, [recorded("case", 1, "DocumentAttached", attached | {"doc_type": "QUOTE"})])
    assert not use.is_drawing


_RULES = {"rules_source": "客户厂规", "read_at": at(0), "ppe": ["安全帽"], "permits": []}
