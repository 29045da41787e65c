"""Forms made from events: every field of every event, and what was typed becomes exactly the body of the command."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from services.console.case_events import CaseEvent
from services.console.pages.forms.body import body_of
from services.console.pages.forms.faults import FoundFault, at_fields
from services.console.pages.forms.presets import prefilled
from services.console.pages.forms.pruning import needed
from services.console.pages.forms.shape import FormField, fields_of
from services.console.pages.forms.situation import Situation
from services.console.pages.forms.tables import NOT_ASKED
from services.console.pages.forms.typed import compact, without_row
from services.console.pages.forms.view import Node, Sight, nodes_of
from services.console.pages.language import Words
from services.console.sessions import Visitor
from shared.events.case.dispatch import (
    CompletionReportSubmitted,
    PlanProposed,
    ServicePrepared,
    ServiceVerified,
    WorkPerformed,
)
from shared.events.case.factory import MouldReceivedAtFactory
from shared.events.case.followup import Archived
from shared.events.case.intake import CaseAcknowledged, FeedbackReceived
from shared.events.case.triage import ConsultationHeld, RemoteSessionLogged
from shared.events.catalogue import BY_KIND
from shared.events.customer import CustomerRegistered
from shared.events.vocabulary import PreparationItem, Role
from shared.store.checker import draft_of, set_by_service

EVENTS = [event for kind in ("case", "customer", "mould") for event in BY_KIND[kind]]
NOW = Situation(now=datetime(2026, 11, 23, 4, 0, tzinfo=UTC), visitor=Visitor("engineer", frozenset({Role.ENGINEER})))
HASH = "0" * 64
SAMPLES = {
    "instant": "2026-11-23T12:00:00",
    "day": "2026-11-23",
    "truth": "yes",
    "affirmed": "yes",
    "number": "3",
    "score": "5",
    "decimal": "1.5",
    "money": "12.50",
    "note": "客户来电",
    "file": f"sha256:{HASH}",
    "files": f"sha256:{HASH}",
    "document": f"sha256:{HASH}",
    "pick": "abcd-12345",
    "picks": "abcd-12345",
    "lines": "安全帽\n护目镜",
    "area": "合模后分型面出现飞边",
}
BY_NAME = {"phone": "+86 574 8765 4321", "email": "a@b.cn", "fault_code": "I-PQ-01", "cause_code": "I-PQ-01"}
IDS = (
    "trial_event_id",
    "consultation_ref",
    "feedback_event_id",
    "shipped_event_id",
    "from_event_id",
    "request_event_id",
    "again_of",
    "target_event_id",
)


def filled(fields: tuple[FormField, ...], path: str = "") -> Iterator[tuple[str, str]]:
    """Every field with something fitting, as a browser posts it; two rows of each list."""
    for field in fields:
        below = f"{path}.{field.name}" if path else field.name
        if field.kind == "group":
            yield from filled(field.fields, below)
        elif field.kind == "rows":
            for index in range(2):
                yield from filled(field.fields, f"{below}[{index}]")
        elif field.kind not in ("place", "denied"):
            yield below, _sample(field)


def _sample(field: FormField) -> str:
    name = field.name.removeprefix("contact_")
    if field.name in IDS:
        return "4ce4347b-5ada-5f53-8897-27d1da4f60c1"
    return BY_NAME.get(name) or (field.options[0] if field.options else SAMPLES.get(field.kind, "HT-88"))


def posted(struct: type[msgspec.Struct]) -> tuple[tuple[FormField, ...], dict[str, list[str]]]:
    fields = fields_of(struct)
    return fields, {path: [value] for path, value in filled(fields)}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_a_filled_form_gives_a_body_that_the_service_can_read(event: type[msgspec.Struct]) -> None:
    fields, given = posted(event)
    body = body_of(fields, compact(fields, given))
    _, findings = draft_of(event, body)
    assert findings.faults == []
    shape = msgspec.inspect.type_info(event)
    assert isinstance(shape, msgspec.inspect.StructType)
    asked = {field.name for field in shape.fields if not set_by_service(field.type)}
    asked -= {name for owner, name in NOT_ASKED if owner == event.__name__}
    assert set(body) == {name for name in asked if not (name.startswith("no_") and name.removeprefix("no_") in asked)}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_what_was_typed_is_shown_again(event: type[msgspec.Struct]) -> None:
    fields, given = posted(event)
    shown = {node.path: node for node in every(nodes_of(fields, sight(given)))}
    for path, values in given.items():
        assert shown[path].value == values[0] or shown[path].values == values
        assert shown[path].label


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_empty_form_can_be_made_and_says_no_list(event: type[msgspec.Struct]) -> None:
    fields = fields_of(event)
    body = body_of(fields, compact(fields, prefilled(fields, NOW)))
    assert [name for name, value in body.items() if isinstance(value, list) and name not in ("items", "sites")] in (
        [],
        ["our_people"],
    )


def every(nodes: Any) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from every(node.nodes)
        for row in node.rows:
            yield from every(row.nodes)


def sight(given: dict[str, list[str]], **more: Any) -> Sight:
    return Sight(given=given, faults=more.pop("faults", {}), now=NOW, words=Words("zh"), labels={}, **more)


def test_minutes_with_rows_become_the_body_exactly() -> None:
    given = {
        "held_at": ["2026-11-23T10:00:00"],
        "participants[0].person_id": ["engineer"],
        "participants[0].dept": ["TECH"],
        "participants[1].person_id": [""],
        "participants[1].dept": [""],
        "participants[2].person_id": ["production"],
        "participants[2].dept": ["PRODUCTION"],
        "causes[0].category": ["WEAR"],
        "causes[0].text": ["分型面压伤"],
        "causes[0].likelihood": ["H"],
        "causes[0].evidence": [" "],
        "no_resources": ["yes"],
        "conclusion": ["现场修复\r\n分型面"],
        "recommended_route": ["ONSITE"],
    }
    fields = fields_of(ConsultationHeld)
    assert body_of(fields, compact(fields, given)) == {
        "held_at": "2026-11-23T10:00:00+08:00",
        "participants": [
            {"person_id": "engineer", "dept": "TECH"},
            {"person_id": "production", "dept": "PRODUCTION"},
        ],
        "causes": [{"category": "WEAR", "text": "分型面压伤", "likelihood": "H"}],
        "no_resources": True,
        "conclusion": "现场修复\n分型面",
        "recommended_route": "ONSITE",
    }


def test_steps_are_numbered_by_their_place() -> None:
    fields = fields_of(PlanProposed)
    given = {"steps[3].text": ["修复分型面"], "steps[5].text": ["试模"], "downtime_est_h": ["6,5"]}
    body = body_of(fields, compact(fields, given))
    assert body["steps"] == [{"seq": 1, "text": "修复分型面"}, {"seq": 2, "text": "试模"}]
    assert body["downtime_est_h"] == "6,5"


def test_a_row_that_is_removed_closes_the_gap() -> None:
    fields = fields_of(RemoteSessionLogged)
    given = {f"steps[{index}].action": [str(index)] for index in range(3)}
    assert without_row(fields, given, "steps[1]") == {"steps[0].action": ["0"], "steps[1].action": ["2"]}


def test_all_six_items_of_the_preparation_are_laid_out() -> None:
    fields = fields_of(ServicePrepared)
    given = prefilled(fields, NOW)
    items = next(node for node in nodes_of(fields, sight(given)) if node.path == "items")
    assert [row.label for row in items.rows] == [Words("zh").named("PreparationItem", one) for one in PreparationItem]
    assert not items.can_grow
    assert [one["item"] for one in body_of(fields, compact(fields, given))["items"]] == list(PreparationItem)


def test_a_signature_that_nobody_gave_is_not_sent_though_its_time_was_filled_in() -> None:
    fields = fields_of(ServiceVerified)
    given = prefilled(fields, NOW)
    assert given["signature.signed_at"] == ["2026-11-23T12:00:00"]
    assert "signature" not in body_of(fields, given)
    given["signature.signed_by"] = ["王工"]
    assert body_of(fields, given)["signature"] == {"signed_by": "王工", "signed_at": "2026-11-23T12:00:00+08:00"}


def test_the_files_of_a_list_are_shown_by_name_and_sent_as_they_stand() -> None:
    fields = fields_of(MouldReceivedAtFactory)
    second = f"sha256:{'1' * 64}"
    given = {"photos": [f"sha256:{HASH}", second], f"{second}~name": ["装箱.jpg"]}
    assert body_of(fields, given) == {"photos": [f"sha256:{HASH}", second]}
    photos = next(node for node in nodes_of(fields, sight(given)) if node.path == "photos")
    assert [option.label for option in photos.options] == [f"sha256:{HASH[:12]}", "装箱.jpg"]


def test_a_return_is_prepared_without_what_a_visit_needs_and_the_other_way_round() -> None:
    fields = fields_of(ServicePrepared)
    for mode, shown in (
        ("RETURN", ["transport", "packing_list", "photos_out"]),
        ("ONSITE", ["items", "technicians", "spares", "drawings"]),
    ):
        now = msgspec.structs.replace(NOW, events=[asked_for(mode)])
        assert [field.name for field in needed("PrepareService", fields, now)] == shown


def asked_for(mode: str) -> CaseEvent:
    data = {"service_mode": mode}
    return CaseEvent(1, 1, "", "OnsiteRequested", NOW.now, NOW.now, "specialist", "SPECIALIST", None, 1, None, data)


def test_a_required_group_is_always_sent_so_that_its_fields_are_asked_for() -> None:
    fields = fields_of(WorkPerformed)
    assert body_of(fields, {"safety_check.loto": ["no"]})["safety_check"] == {"loto": False}
    assert body_of(fields, {})["safety_check"] == {}
    _, findings = draft_of(WorkPerformed, body_of(fields, {}))
    assert "safety_check.loto" in {fault.field for fault in findings.faults}


def test_a_document_is_named_by_its_hash_alone() -> None:
    fields = fields_of(CompletionReportSubmitted)
    assert body_of(fields, {"doc_hash": [f"sha256:{HASH}"]})["doc_hash"] == HASH


def test_what_is_missing_of_a_file_counts_only_with_a_reason() -> None:
    fields = fields_of(Archived)
    given = prefilled(fields, NOW)
    kinds = [given[f"checklist[{index}].doc_type"][0] for index in range(4)]
    assert kinds == ["SERVICE_RECORD", "SITE_REPORT", "SIGNATURE", "PHOTO"]
    given["checklist[3].exemption"] = ["客户现场禁止拍照"]
    assert body_of(fields, compact(fields, given))["checklist"] == [
        {"doc_type": "PHOTO", "present": False, "exemption": "客户现场禁止拍照"}
    ]


def test_an_empty_field_of_a_report_is_stated_as_unknown_with_its_reason() -> None:
    fields = fields_of(FeedbackReceived, "RegisterFeedback")
    body = body_of(fields, {"unknown_reason": ["没带资料"], "contact_email": [""]})
    assert body["order_no"] == {"unknown": True, "reason": "没带资料"}
    assert "contact_email" not in body


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("raw:12", "raw:12"), ("raw:0", "note:raw:0"), ("他说 raw:12", "note:他说 raw:12"), (f"sha256:{'a' * 64}",) * 2],
)
def test_a_content_that_is_kept_already_is_named_and_other_words_are_a_note(typed: str, sent: str) -> None:
    fields = fields_of(FeedbackReceived, "RegisterFeedback")
    assert body_of(fields, {"raw_content_ref": [typed]})["raw_content_ref"] == sent


def test_an_answer_that_only_a_person_can_give_is_sent_as_such() -> None:
    assert body_of(fields_of(CaseAcknowledged), {})["auto"] is False


def test_numbers_of_a_register_become_ids() -> None:
    fields = fields_of(FeedbackReceived)
    body = body_of(fields, {"mould_id": ["M-1"]}, {("mould", "M-1"): "abcd-12345"})
    assert body["mould_id"] == "abcd-12345"


def test_a_fault_stands_at_its_nested_field_or_at_the_list_around_it() -> None:
    known = {"steps": "步骤", "steps[1].observed": "观察结果", "ppe": "劳保用品"}
    faults = [FoundFault("steps[1].observed", "必填"), FoundFault("ppe[3]", "太长"), FoundFault("at", "太迟")]
    assert at_fields(faults, known) == {"steps[1].observed": "必填", "ppe": "太长"}
    given = {"steps[0].action": ["看"], "steps[1].action": ["听"]}
    shown = {
        node.path: node
        for node in every(nodes_of(fields_of(RemoteSessionLogged), sight(given, faults=at_fields(faults, known))))
    }
    assert shown["steps[1].observed"].fault == "必填"
    assert shown["steps[0].observed"].fault == ""


def test_one_more_row_is_shown_below_those_that_are_there() -> None:
    fields = fields_of(CustomerRegistered)
    shown = nodes_of(fields, sight({"contacts[0].name": ["张伟"]}, added="contacts"))
    contacts = next(node for node in shown if node.path == "contacts")
    assert [row.is_new for row in contacts.rows] == [False, True]
