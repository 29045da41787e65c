"""Improvements and quality reports: planned against a figure, verified, reviewed and issued by others."""

from typing import Any

import pytest

from services.analytics.decide_report import end_of
from tests.support.desk import Desk, codes
from tests.support.samples import at

EVIDENCE = "sha256:" + "e" * 64
PLAN = {
    "measure": "滑块镶件改用 2343 并渗氮",
    "owner": "engineer",
    "due_at": at(24 * 30),
    "target_metric": "M-05",
    "baseline": 8,
    "target": 4,
    "horizontal_check": "同系列三副模具已排查",
}
DONE = {"done_at": at(0), "evidence": [EVIDENCE]}


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.open()
    made.evidence.keep(EVIDENCE)
    return made


async def improvement(desk: Desk, **changes: Any) -> str:
    """A finding of the technical department, with one case."""
    body = {
        "source": "CASE",
        "finding": "滑块封胶面早期磨损",
        "evidence_cases": [await desk.register()],
        "department": "TECH",
        **changes,
    }
    answer = await desk.send("OpenImprovement", body)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


async def gone(desk: Desk, one: str, *steps: tuple[str, dict[str, Any], str]) -> list[str]:
    """The states after these steps."""
    states = []
    for command, body, by in steps:
        answer = await desk.send(command, body, to=one, by=by)
        assert answer.status == 201, (command, answer.body)
        states.append(answer.body["state"])
    return states


PLANNED = ("PlanImprovement", PLAN, "engineer")
CARRIED_OUT = ("CompleteImprovementAction", DONE, "engineer")
WORKED = ("VerifyImprovement", {"observed": 3.5, "effective": True}, "analyst")
CLOSED = ("CloseImprovement", {"reason": "重开率已下降"}, "supervisor")


@pytest.mark.proves("R-1.3-a", "R-2.5.2-c")
async def test_an_improvement_goes_from_finding_to_close_out_and_back(desk: Desk) -> None:
    one = await improvement(desk)
    assert await gone(desk, one, PLANNED, CARRIED_OUT, WORKED, CLOSED) == ["ACTING", "VERIFYING", "VERIFYING", "CLOSED"]
    back = ("ReopenImprovement", {"reason": "重开率回升", "observed": 7}, "analyst")
    assert await gone(desk, one, back) == ["ACTING"]


async def test_what_did_not_work_is_worked_on_again_and_not_closed(desk: Desk) -> None:
    one = await improvement(desk)
    in_vain = ("VerifyImprovement", {"observed": 8, "effective": False}, "analyst")
    assert await gone(desk, one, PLANNED, CARRIED_OUT, in_vain) == ["ACTING", "VERIFYING", "ACTING"]
    assert (await desk.send(CLOSED[0], CLOSED[1], to=one, by="supervisor")).body["code"] == "S-STATE"
    await gone(desk, one, CARRIED_OUT)
    assert (await desk.send(CLOSED[0], CLOSED[1], to=one, by="supervisor")).body["code"] == "S-GUARD"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"target": 8}, {"target": "V-RANGE"}),
        ({"target_metric": "M-08", "target": 4}, {"target": "V-RANGE"}),
        ({"due_at": at(-1)}, {"due_at": "V-TIME"}),
        ({"owner": "nobody"}, {"owner": "V-REF"}),
        ({"horizontal_check": ""}, {"horizontal_check": "V-REQ"}),
    ],
)
@pytest.mark.proves("R-2.5.2-c")
async def test_a_fault_of_a_plan_is_named(desk: Desk, changes: dict[str, Any], told: dict[str, str]) -> None:
    one = await improvement(desk)
    assert codes(await desk.send("PlanImprovement", PLAN | changes, to=one, by="engineer")) == told


async def test_the_owner_does_not_verify_and_others_departments_do_not_act(desk: Desk) -> None:
    await desk.send("AddUser", {"user_name": "both", "roles": ["ENGINEER", "ANALYST"], "dept": "TECH"}, by="admin")
    one = await improvement(desk)
    await gone(desk, one, ("PlanImprovement", PLAN | {"owner": "both"}, "engineer"), CARRIED_OUT)
    own = await desk.send(WORKED[0], WORKED[1], to=one, by="both")
    assert (own.status, own.body["code"]) == (403, "A-SELF")
    other = await improvement(desk)
    assert (await desk.send("PlanImprovement", PLAN, to=other, by="quality")).body["code"] == "A-ROLE"


async def test_a_finding_is_rejected_by_a_supervisor_only(desk: Desk) -> None:
    one = await improvement(desk)
    assert (await desk.send("RejectImprovement", {"reason": "偶发"}, to=one, by="analyst")).body["code"] == "A-ROLE"
    assert await gone(desk, one, ("RejectImprovement", {"reason": "偶发"}, "supervisor")) == ["REJECTED"]
    assert (await desk.send("PlanImprovement", PLAN, to=one, by="engineer")).body["code"] == "S-STATE"


async def test_what_fell_back_after_half_a_year_is_a_new_improvement(desk: Desk) -> None:
    one = await improvement(desk)
    await gone(desk, one, PLANNED, CARRIED_OUT, WORKED, CLOSED)
    desk.later(days=184)
    late = await desk.send("ReopenImprovement", {"reason": "回升"}, to=one, by="supervisor")
    assert late.body["code"] == "S-GUARD"


DRAFT = {"period": "2026-10", "cut_off_position": 1}
FINDING = {"problem": "滑块磨损", "evidence_cases": [], "departments": ["TECH"], "measure": "改材料"}
REVIEW = {"meeting_at": at(0), "participants": ["supervisor", "quality"], "findings": [FINDING]}


async def report(desk: Desk) -> str:
    answer = await desk.send("DraftReport", DRAFT, by="analyst")
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


@pytest.mark.proves("R-2.5.2-b")
async def test_a_report_is_drafted_reviewed_and_issued_by_others(desk: Desk) -> None:
    one = await report(desk)
    early = await desk.send("IssueReport", {"no_measures": True}, to=one, by="supervisor")
    assert early.body["code"] == "S-STATE"
    own = await desk.send("ReviewReport", REVIEW, to=one, by="analyst")
    assert (own.status, own.body["code"]) == (403, "A-SELF")
    assert (await desk.send("ReviewReport", REVIEW, to=one, by="quality")).body["state"] == "REVIEWED"
    issued = await desk.send("IssueReport", {"no_measures": True}, to=one, by="supervisor")
    assert (issued.status, issued.body["state"]) == (201, "ISSUED")
    last = (await desk.events(one, "report"))[-1]
    assert b'"period":"2026-10"' in bytes(last.raw)
    assert (await desk.send("ReviewReport", REVIEW, to=one, by="quality")).body["code"] == "S-STATE"


@pytest.mark.parametrize(
    ("command", "body", "by", "told"),
    [
        ("DraftReport", DRAFT | {"period": "2026-11"}, "analyst", {"period": "V-TIME"}),
        ("DraftReport", DRAFT | {"period": "2026-13"}, "analyst", {"period": "V-FMT"}),
        ("ReviewReport", REVIEW | {"participants": []}, "quality", {"participants": "V-REQ"}),
        (
            "ReviewReport",
            REVIEW | {"findings": [FINDING | {"no_action": "偶发"}]},
            "quality",
            {"findings[0].no_action": "V-FMT"},
        ),
        ("ReviewReport", REVIEW | {"meeting_at": at(9)}, "quality", {"at": "V-TIME", "meeting_at": "V-TIME"}),
    ],
)
async def test_a_fault_of_a_report_is_named(
    desk: Desk, command: str, body: dict[str, Any], by: str, told: dict[str, str]
) -> None:
    one = await report(desk) if command == "ReviewReport" else None
    assert codes(await desk.send(command, body, to=one, by=by)) == told


async def test_a_period_is_reported_on_once(desk: Desk) -> None:
    await report(desk)
    assert codes(await desk.send("DraftReport", DRAFT, by="analyst")) == {"period": "V-TIME"}


def test_years_quarters_and_months_end_in_shanghai() -> None:
    ends = {"2026": "2027-01-01", "2026-Q3": "2026-10-01", "2026-12": "2027-01-01", "2026-02": "2026-03-01"}
    assert {period: end_of(period).isoformat()[:10] for period in ends} == ends


async def test_a_department_subscribes_once_and_leaves_once(desk: Desk) -> None:
    body = {"name": "质量部", "dept": "QUALITY", "topics": ["Classified"]}
    answer = await desk.send("AddDepartment", body, by="admin")
    assert (answer.status, answer.body["state"]) == (201, "ACTIVE")
    assert codes(await desk.send("AddDepartment", body, by="admin")) == {"name": "V-DUP"}
    one = answer.body["id"]
    assert (await desk.send("RemoveDepartment", {"reason": "并入"}, to=one, by="admin")).body["state"] == "REMOVED"
    assert (await desk.send("RemoveDepartment", {"reason": "再次"}, to=one, by="admin")).body["code"] == "S-GUARD"
    wrong = await desk.send("AddDepartment", body | {"name": "技术部", "topics": []}, by="admin")
    assert codes(wrong) == {"topics": "V-REQ"}
