"""Who may administer what, and how rules come into force."""

import pytest

from tests.support.desk import Desk, codes
from tests.support.samples import at, fault_codes, report, service_levels


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def test_a_user_name_is_taken_once(desk: Desk) -> None:
    body = {"user_name": "wang-fang", "roles": ["SPECIALIST"]}
    assert (await desk.send("AddUser", body, by="admin")).body["id"] == "wang-fang"
    assert codes(await desk.send("AddUser", body, by="admin")) == {"user_name": "V-DUP"}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"user_name": "Wang Fang"}, "user_name", "V-FMT"),
        ({"user_name": "system"}, "user_name", "V-DUP"),
        ({"roles": []}, "roles", "V-REQ"),
        ({"roles": ["SYSTEM"]}, "roles[0]", "V-ENUM"),
        ({"roles": ["BOSS"]}, "roles[0]", "V-ENUM"),
        ({"roles": ["ENGINEER"]}, "dept", "V-REQ"),
        ({"roles": ["CUSTOMER"]}, "customer_id", "V-REQ"),
        ({"roles": ["SALES", "SALES"]}, "roles[1]", "V-DUP"),
    ],
)
async def test_a_fault_of_a_new_user_is_named(desk: Desk, changes: dict[str, object], field: str, code: str) -> None:
    body = {"user_name": "li-lei", "roles": ["SPECIALIST"], **changes}
    assert codes(await desk.send("AddUser", body, by="admin"))[field] == code


async def test_only_the_administrator_adds_users(desk: Desk) -> None:
    body = {"user_name": "li-lei", "roles": ["SPECIALIST"]}
    assert (await desk.send("AddUser", body, by="supervisor")).body["code"] == "A-ROLE"


async def test_a_role_taken_away_and_a_user_disabled_count_at_once(desk: Desk) -> None:
    roles = {"roles": ["AUDITOR"], "reason": "调岗"}
    assert (await desk.send("GrantRole", roles, to="specialist", by="admin")).status == 201
    assert (await desk.send("RegisterFeedback", report())).status == 403
    assert (await desk.send("DisableUser", {"reason": "离职"}, to="specialist", by="admin")).status == 201
    assert (await desk.send("RegisterFeedback", report())).status == 401


async def test_a_delegate_acts_with_the_principals_roles_while_appointed(desk: Desk) -> None:
    old = report(received_at=at(-96), fault_at=at(-97), late_reason="漏录", on_behalf_of="supervisor")
    assert codes(await desk.send("RegisterFeedback", old)) == {"at": "V-TIME"}
    appointment = {"delegate": "specialist", "valid_from": at(-200), "valid_to": at(8), "reason": "出差"}
    assert (await desk.send("AppointDelegate", appointment, to="supervisor", by="supervisor")).status == 201
    answer = await desk.send("RegisterFeedback", old)
    assert answer.status == 201
    [recorded] = await desk.events(answer.body["id"])
    assert (recorded.meta.actor, recorded.meta.on_behalf_of) == ("specialist", "supervisor")


async def test_a_delegation_is_ones_own_to_give_and_to_end(desk: Desk) -> None:
    appointment = {"delegate": "sales", "valid_from": at(0), "valid_to": at(8), "reason": "出差"}
    assert (await desk.send("AppointDelegate", appointment, to="admin", by="supervisor")).status == 403
    given = await desk.send("AppointDelegate", appointment, to="supervisor", by="supervisor")
    ending = {"appointed_event_id": given.body["event"]["id"]}
    assert (await desk.send("RevokeDelegate", ending, to="supervisor", by="supervisor")).status == 201
    assert (await desk.send("RevokeDelegate", ending, to="supervisor", by="supervisor")).body["code"] == "S-GUARD"


@pytest.mark.proves("B-39")
async def test_people_without_sign_in_are_registered_and_their_skills_recorded(desk: Desk) -> None:
    person = {"person_id": "chen-gong", "name": "陈工", "dept": "TECH"}
    assert (await desk.send("RegisterPerson", person, to="chen-gong", by="admin")).status == 201
    assert (await desk.send("RegisterPerson", person, to="chen-gong", by="admin")).body["code"] == "V-DUP"
    skill = {"skill": "热流道", "level": 3}
    assert (await desk.send("RecordSkill", skill, to="chen-gong", by="supervisor")).status == 201
    assert codes(await desk.send("RecordSkill", {**skill, "level": 5}, to="chen-gong", by="admin")) == {
        "level": "V-RANGE"
    }


async def test_policies_are_published_in_numbered_versions_that_begin_now_or_later(desk: Desk) -> None:
    again = await desk.send("PublishSlaPolicy", service_levels(), to="standard", by="supervisor")
    assert codes(again) == {"effective_from": "V-TIME"}
    late = service_levels(effective_from=at(1))
    assert (await desk.send("PublishSlaPolicy", late, to="standard", by="supervisor")).body["code"] == "C-VER"
    next_one = service_levels(version=2, effective_from=at(1))
    assert (await desk.send("PublishSlaPolicy", next_one, to="standard", by="supervisor")).status == 201
    case_id = await desk.register()
    assert (await desk.aggregates.get(f"evt.case.{case_id}")).state.intake.report.policy_version == 1


async def test_a_name_is_one_kind_of_rule_for_ever(desk: Desk) -> None:
    body = fault_codes(version=2, effective_from=at(1))
    body["content"]["name"] = "standard"
    answer = await desk.send("PublishVocabulary", body, to="standard", by="supervisor")
    assert (answer.status, answer.body["code"]) == (409, "S-GUARD")


TARGET = {"hours": 8, "base": "H24"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"targets": {"TRIAGE": {"NORMAL": {"hours": 8, "base": "BH"}}}}, {}),
        ({"targets": {"RETURN": {"NORMAL": {"hours": 120, "base": "BH"}}}}, {}),
        ({"targets": {}}, {"targets": "V-REQ"}),
        ({"targets": {"TRIAGE": {}}}, {"targets.TRIAGE": "V-REQ"}),
        ({"targets": {"TEA": {"NORMAL": TARGET}}}, {"targets.TEA": "V-ENUM"}),
        ({"targets": {"TRIAGE": {"NORMAL": {"hours": 0, "base": "BH"}}}}, {"targets.TRIAGE.NORMAL.hours": "V-RANGE"}),
        ({"targets": {"TRIAGE": {"NORMAL": {"hours": 30, "base": "CD"}}}}, {"targets.TRIAGE.NORMAL.hours": "V-RANGE"}),
        ({"targets": {"TRIAGE": {"NORMAL": TARGET | {"zones": {"A": 4}}}}}, {"targets.TRIAGE.NORMAL.zones": "V-FMT"}),
        ({"calendar": "company-calendar"}, {"calendar": "V-REF"}),
        ({"calendar": "standard"}, {"calendar": "V-REF"}),
        ({"pausable": ["TRIAGE"]}, {"pausable[0]": "V-REF"}),
        ({"pausable": ["FIRST_RESPONSE", "FIRST_RESPONSE"]}, {"pausable[1]": "V-DUP"}),
        ({"told_to_customer": ["TRIAGED", "TRIAGED"]}, {"told_to_customer[1]": "V-DUP"}),
        (
            {"escalation": [{"level": 2, "percent": 75, "to": []}, {"level": 1, "percent": 75, "to": ["SUPERVISOR"]}]},
            {"escalation[0].to": "V-REQ", "escalation[1].level": "V-RANGE", "escalation[1].percent": "V-RANGE"},
        ),
        ({"escalation": [{"level": 5, "percent": 75, "to": ["SUPERVISOR"]}]}, {"escalation[0].level": "V-RANGE"}),
    ],
)
async def test_what_a_policy_names_exists_and_can_be_measured(
    desk: Desk, content: dict[str, object], told: dict[str, str]
) -> None:
    body = service_levels(version=2, effective_from=at(1))
    body["content"] |= content
    answer = await desk.send("PublishSlaPolicy", body, to="standard", by="supervisor")
    assert answer.status == (422 if told else 201), answer.body
    assert told == {} or codes(answer) == {f"content.{name}": code for name, code in told.items()}


async def test_a_policy_may_name_the_calendar_once_that_was_published(desk: Desk) -> None:
    week = {"mon": [["08:30", "12:00"], ["13:00", "17:30"]]}
    calendar = {"version": 1, "effective_from": at(-1000), "drafted_by": "supervisor"}
    calendar["content"] = {"timezone": "Asia/Shanghai", "week": week}
    answer = await desk.send("PublishCalendar", calendar, to="company-calendar", by="supervisor")
    assert answer.status == 201, answer.body
    body = service_levels(version=2, effective_from=at(1))
    body["content"]["calendar"] = "company-calendar"
    assert (await desk.send("PublishSlaPolicy", body, to="standard", by="supervisor")).status == 201


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ({"days": 7, "window": [-2, 2]}, {}),
        ({"months": 1, "window": [0, 0]}, {}),
        ({"window": [-2, 2]}, {"days": "V-RANGE"}),
        ({"days": 7, "months": 1, "window": [-2, 2]}, {"days": "V-RANGE"}),
        ({"days": -7, "window": [-2, 2]}, {"days": "V-RANGE"}),
        ({"days": 7, "window": [2, -2]}, {"window": "V-RANGE"}),
        ({"days": 7, "window": [1, 2]}, {"window": "V-RANGE"}),
        ({"days": 7, "window": [-2]}, {"window": "V-RANGE"}),
        ({"days": 7, "window": []}, {"window": "V-RANGE"}),
        ({"days": 7}, {"window": "V-REQ"}),
        ({"window": [1]}, {"days": "V-RANGE", "window": "V-RANGE"}),
    ],
)
async def test_a_call_back_is_due_after_days_or_months_within_a_window(
    desk: Desk, term: dict[str, object], told: dict[str, str]
) -> None:
    body = service_levels(version=2, effective_from=at(1))
    body["content"]["callbacks"] = {"D7": term}
    answer = await desk.send("PublishSlaPolicy", body, to="standard", by="supervisor")
    assert answer.status == (422 if told else 201)
    assert told == {} or codes(answer) == {f"content.callbacks.D7.{name}": code for name, code in told.items()}
