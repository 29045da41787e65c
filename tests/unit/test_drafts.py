"""Drafts are judged as publishing them would be, fault by fault, whichever of their forms they come in."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.administration.stage import PublishedRules, drafted_calendar, drafted_levels
from services.console.simulations import question_of
from shared.events.policy import CalendarPublished
from shared.store.checker import draft_of
from shared.store.order import Refused
from tests.support import samples
from tests.support.desk import Desk, codes

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CALENDARS = (draft_of(CalendarPublished, samples.calendar())[0],)
PUBLISHED = PublishedRules((), CALENDARS)
TARGETS = {"FIRST_RESPONSE": {"NORMAL": {"hours": 2, "base": "BH"}}}
CONTENT = {"name": "standard", "targets": TARGETS}


def faults(given: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        drafted_levels(given, NOW, PUBLISHED)
    return {one.field: one.code for one in refused.value.faults}


def test_a_draft_is_a_content_or_the_body_of_its_command() -> None:
    alone = drafted_levels(CONTENT, NOW, PUBLISHED)
    beside = drafted_levels({**CONTENT, "version": 7, "effective_from": "2027-01-01T00:00:00+08:00"}, NOW, PUBLISHED)
    body = drafted_levels({"content": CONTENT, "drafted_by": "li-na"}, NOW, PUBLISHED)
    assert alone.published.content == beside.published.content == body.published.content
    assert alone.body == {"content": CONTENT}
    assert beside.body == {"version": 7, "effective_from": "2027-01-01T00:00:00+08:00", "content": CONTENT}
    assert body.body == {"content": CONTENT, "drafted_by": "li-na"}


BAD_FIELDS = {
    "name": "standard",
    "colour": "red",
    "targets": {"FIRST_RESPONSE": {"NORMAL": {"hours": -1, "base": "BH"}, "SOON": {"hours": 1, "base": "H24"}}},
}
BAD_RULES = {**CONTENT, "name": "gold", "calendar": "another", "pausable": ["TRIAGE"]}


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (BAD_FIELDS, {"colour", "targets.FIRST_RESPONSE.NORMAL.hours", "targets.FIRST_RESPONSE.SOON"}),
        (BAD_RULES, {"name", "calendar", "pausable[0]"}),
    ],
)
async def test_every_fault_is_named_that_publishing_would_name(bad: dict[str, Any], named: set[str]) -> None:
    desk = Desk()
    await desk.open()
    body = {**samples.service_levels(version=2), "content": bad}
    answer = await desk.send("PublishSlaPolicy", body, to="standard", by="supervisor")
    told = {field: code for field, code in codes(answer).items() if field.startswith("content.")}
    assert answer.status == 422
    assert faults({"content": bad}) == told
    assert faults(bad) == {field.removeprefix("content."): code for field, code in told.items()}
    assert faults(bad).keys() == named


@pytest.mark.parametrize("given", [[], "standard", 5])
def test_what_is_no_object_is_no_draft(given: Any) -> None:
    assert faults(given) == {"": "V-FMT"}


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        drafted_calendar({"timezone": "Asia/Nowhere", "week": {}}, NOW, PUBLISHED)
    assert {one.field for one in refused.value.faults} == {"timezone", "week"}


PERIOD = {"received_from": "2026-10-01T00:00:00+08:00", "received_to": "2026-11-01T00:00:00+08:00"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"received_from": "V-REQ", "received_to": "V-REQ", "policy": "V-REQ"}),
        ({**PERIOD, "policy": {"content": BAD_RULES}}, {"policy.content.name": "V-FMT"}),
        ({**PERIOD, "policy": BAD_FIELDS, "received_to": "soon"}, {"policy.colour": "V-FMT", "received_to": "V-FMT"}),
        ({**PERIOD, "policy": CONTENT, "calendar": 5}, {"calendar": "V-FMT"}),
        ({**PERIOD, "policy": CONTENT, "received_to": PERIOD["received_from"]}, {"received_to": "V-TIME"}),
        ({**PERIOD, "policy": CONTENT, "received_from": "2020-01-01T00:00:00Z"}, {"received_to": "V-RANGE"}),
        ({**PERIOD, "policy": CONTENT, "limit": -1, "colour": "red"}, {"limit": "V-RANGE", "colour": "V-FMT"}),
    ],
)
def test_what_a_request_lacks_is_named_below_its_place(body: dict[str, Any], expected: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        question_of(body, NOW, PUBLISHED)
    assert expected.items() <= {one.field: one.code for one in refused.value.faults}.items()


async def test_what_was_tried_is_published_by_the_ordinary_command() -> None:
    desk = Desk()
    await desk.open()
    given = {**CONTENT, "effective_from": samples.at(24), "drafted_by": "supervisor"}
    body = {**drafted_levels(given, NOW, PUBLISHED).body, "version": 2}
    answer = await desk.send("PublishSlaPolicy", body, to="standard", by="supervisor")
    assert answer.status == 201, answer.body


@pytest.mark.parametrize("language", ["", ".zh-CN"])
def test_the_draft_in_the_guide_is_one(language: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "guide" / f"service-levels{language}.md"
    (example,) = re.findall(r"^```json\n(.*?)^```$", page.read_text(encoding="utf-8"), re.S | re.M)
    draft = drafted_levels(json.loads(example), NOW, PUBLISHED)
    assert draft.body.keys() == {"effective_from", "drafted_by", "content"}


def test_a_question_carries_what_the_cases_were_measured_by() -> None:
    question = question_of({**PERIOD, "policy": CONTENT}, NOW, PUBLISHED)
    assert (question.at, question.calendar, question.most) == (NOW, None, 200)
    assert question.calendars == CALENDARS
    assert question.policy is not None
    assert question.policy.targets == drafted_levels(CONTENT, NOW, PUBLISHED).published.content.targets
