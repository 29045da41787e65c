"""The archive: the required set is there or exempted, departments were told, everybody is back, and who may do it."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.support import visit
from tests.support.desk import Desk, codes
from tests.support.past import EVALUATED, REMOTE, REQUEST, VISIT, Fact, happened, triaged
from tests.support.samples import at
from tests.support.service import FILE, archive, document, feedback
from tests.support.setbacks import stored

REMOTE_SET = ("SERVICE_RECORD", "REMOTE_LOG", "COMPLETION")
VISIT_SET = ("SERVICE_RECORD", "SITE_REPORT", "SIGNATURE", "PHOTO BEFORE", "PHOTO AFTER")


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    desk.evidence.keep(FILE)
    return desk


async def served(desk: Desk, *facts: Fact, papers: Iterable[str] = (), **changes: Any) -> str:
    """A case that was served and rated, with these papers in its file; `PHOTO BEFORE` names a phase."""
    case_id = await desk.register()
    await happened(desk, case_id, triaged(**changes), *facts, *EVALUATED)
    for paper in papers:
        kind, _, phase = paper.partition(" ")
        answer = await desk.send("AttachDocument", document(kind, phase=phase or None), to=case_id)
        assert answer.status == 201, answer.body
    return case_id


def messages(answer: Any) -> str:
    return "\n".join(error["message"] for error in answer.body["errors"])


@pytest.mark.parametrize(("facts", "papers"), [(REMOTE, REMOTE_SET), (VISIT, VISIT_SET)], ids=["remote", "visit"])
@pytest.mark.proves("R-2.4.2-a", "B-25")
async def test_a_complete_file_is_archived_for_ten_years(
    desk: Desk, facts: tuple[Fact, ...], papers: tuple[str, ...]
) -> None:
    case_id = await served(desk, *facts, papers=papers)
    answer = await desk.send("ArchiveCase", archive(), to=case_id)
    assert (answer.status, answer.body["state"]) == (201, "ARCHIVED")
    stored = (await desk.events(case_id))[-1].payload.decode()
    assert f'"archive_no":"{case_id}-1"' in stored
    assert '"retain_until":"2036-11-23"' in stored
    assert '"feedback_done"' not in stored


@pytest.mark.parametrize(
    ("facts", "papers", "missing", "words"),
    [
        (REMOTE, REMOTE_SET, "SERVICE_RECORD", "售后服务记录表"),
        (REMOTE, REMOTE_SET, "REMOTE_LOG", "远程支持记录"),
        (REMOTE, REMOTE_SET, "COMPLETION", "售后服务完成单"),
        (VISIT, VISIT_SET, "SERVICE_RECORD", "售后服务记录表"),
        (VISIT, VISIT_SET, "SITE_REPORT", "现场服务工作报告"),
        (VISIT, VISIT_SET, "SIGNATURE", "签字文件"),
        (VISIT, VISIT_SET, "PHOTO BEFORE", "维修前照片"),
        (VISIT, VISIT_SET, "PHOTO AFTER", "维修后照片"),
    ],
)
@pytest.mark.proves("R-2.4.2-a")
async def test_a_missing_paper_is_named_unless_it_is_exempted(
    desk: Desk, facts: tuple[Fact, ...], papers: tuple[str, ...], missing: str, words: str
) -> None:
    case_id = await served(desk, *facts, papers=[paper for paper in papers if paper != missing])
    answer = await desk.send("ArchiveCase", archive(), to=case_id)
    assert (answer.status, answer.body["code"], len(answer.body["errors"])) == (409, "S-GUARD", 1)
    assert words in messages(answer)
    item = {"doc_type": missing.split(maxsplit=1)[0], "present": False, "exemption": "客户禁止带出"}
    assert (await desk.send("ArchiveCase", archive(checklist=[item]), to=case_id)).status == 201


ACCEPTED: Fact = ("UnsignedDecided", {"decision": "ACCEPT", "reason": "试模合格"})
RETURNED: tuple[Fact, ...] = (
    ("OnsiteRequested", {**REQUEST, "service_mode": "RETURN"}),
    VISIT[1],
    ("ServicePrepared", {"transport": {"carrier": "顺达物流", "pickup_at": at(0)}, "packing_list": ["模具 1 副"]}),
    ("MouldReceivedAtFactory", {"received_at": at(0), "packing_list_ok": True, "photos": [FILE]}),
    *VISIT[4:6],
    ("MouldReturned", {"shipped_at": at(0), "carrier": "顺达物流"}),
    VISIT[6],
)


@pytest.mark.parametrize("missing", VISIT_SET)
async def test_a_return_asks_for_the_papers_of_a_visit(desk: Desk, missing: str) -> None:
    case_id = await served(desk, *RETURNED, papers=[paper for paper in VISIT_SET if paper != missing])
    answer = await desk.send("ArchiveCase", archive(), to=case_id)
    assert (answer.body["code"], len(answer.body["errors"])) == ("S-GUARD", 1), answer.body
    kind, _, phase = missing.partition(" ")
    await desk.send("AttachDocument", document(kind, phase=phase or None), to=case_id)
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).body["state"] == "ARCHIVED"


async def test_a_service_that_nobody_signed_for_has_no_signature_to_keep(desk: Desk) -> None:
    facts = (*VISIT[:6], ("SignatureRefused", {"reason": "不满意", "witness": "张伟"}), ACCEPTED, *VISIT[7:])
    case_id = await served(desk, *facts, papers=[paper for paper in VISIT_SET if paper != "SIGNATURE"])
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).body["state"] == "ARCHIVED"


async def test_everything_that_is_missing_is_named_at_once(desk: Desk) -> None:
    case_id = await served(desk, *VISIT[:-1], fault_code="C-MV-01")
    answer = await desk.send("ArchiveCase", archive(nothing_reason=None), to=case_id)
    assert answer.body["code"] == "S-GUARD"
    for words in ("记录表", "工作报告", "签字", "维修前", "维修后", "尚未向任何部门反馈", "technician 尚未登记返回"):
        assert words in messages(answer)
    assert len(answer.body["errors"]) == 7


async def test_a_claim_that_a_paper_is_there_does_not_replace_it(desk: Desk) -> None:
    case_id = await served(desk, *REMOTE, papers=REMOTE_SET[1:])
    body = archive(checklist=[{"doc_type": "SERVICE_RECORD", "present": True}])
    assert codes(await desk.send("ArchiveCase", body, to=case_id)) == {"checklist": "S-GUARD"}


async def test_a_completion_form_takes_the_place_of_a_site_report(desk: Desk) -> None:
    papers = ["COMPLETION" if paper == "SITE_REPORT" else paper for paper in VISIT_SET]
    case_id = await served(desk, *VISIT, papers=papers)
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).status == 201


@pytest.mark.proves("B-29")
async def test_a_photo_ban_at_the_customers_needs_no_photos(desk: Desk) -> None:
    banned: list[Fact] = [
        (name, {**fields, "photo_exempt_reason": "厂区禁止拍照"} if name == "WorkFinished" else fields)
        for name, fields in VISIT
    ]
    case_id = await served(desk, *banned, papers=VISIT_SET[:3])
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).status == 201


async def test_a_visit_that_is_no_repair_is_shown_once(desk: Desk) -> None:
    case_id = await desk.register(scope="INSTALL_GUIDE")
    await happened(desk, case_id, triaged(), *VISIT, *EVALUATED)
    for kind in ("SERVICE_RECORD", "SITE_REPORT", "SIGNATURE"):
        await desk.send("AttachDocument", document(kind), to=case_id)
    answer = await desk.send("ArchiveCase", archive(), to=case_id)
    assert "过程照片" in messages(answer)
    await desk.send("AttachDocument", document("PHOTO"), to=case_id)
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).status == 201


@pytest.mark.proves("R-2.4.2-b")
async def test_departments_were_told_or_there_was_nothing_to_tell_never_both(desk: Desk) -> None:
    case_id = await served(desk, *REMOTE, papers=REMOTE_SET)
    silent = await desk.send("ArchiveCase", archive(nothing_reason=None), to=case_id)
    assert codes(silent) == {"nothing_reason": "S-GUARD"}
    await desk.send("SendDepartmentFeedback", feedback(), to=case_id)
    assert codes(await desk.send("ArchiveCase", archive(), to=case_id)) == {"nothing_reason": "S-GUARD"}
    assert (await desk.send("ArchiveCase", archive(nothing_reason=None), to=case_id)).status == 201
    assert b'"feedback_done":true' in (await desk.events(case_id))[-1].payload


@pytest.mark.proves("B-34")
@pytest.mark.parametrize(
    ("issued", "used", "returned", "code"),
    [(2, 2, 0, None), (3, 2, 1, None), (0, 2, 0, None), (1, 2, 0, None), (3, 2, 0, "S-GUARD"), (2, 0, 0, "S-GUARD")],
)
@pytest.mark.proves("B-10")
async def test_what_the_store_gave_out_is_accounted_for_and_what_was_used_beyond_it_is_not_asked(
    desk: Desk, issued: int, used: int, returned: int, code: str | None
) -> None:
    job = {**visit.work(), "parts": [visit.part(qty=used)]}
    facts: tuple[tuple[int, Fact], ...] = (
        (issued, ("SparesIssued", {"store": "主库", "parts": [stored(issued)], "to_person": "technician"})),
        (used, ("WorkPerformed", job)),
        (returned, ("SparesReturned", {"store": "主库", "parts": [stored(returned)], "condition": "GOOD"})),
    )
    moved = [fact for quantity, fact in facts if quantity]
    case_id = await served(desk, *VISIT[:5], *moved, *VISIT[5:], papers=VISIT_SET)
    answer = await desk.send("ArchiveCase", archive(), to=case_id)
    assert answer.status == (201 if code is None else 409), answer.body
    assert code is None or codes(answer) == {"": code}


async def test_an_unclassified_fault_gets_its_code_first(desk: Desk) -> None:
    case_id = await served(desk, *REMOTE, papers=REMOTE_SET, fault_code="C-XX-99")
    answer = await desk.send("ArchiveCase", archive(), to=case_id)
    assert (answer.status, codes(answer)) == (409, {"": "S-GUARD"})
    assert "C-XX-99" in messages(answer)


async def test_what_was_seen_on_site_names_the_fault(desk: Desk) -> None:
    seen: Fact = (
        "OnsiteProblemConfirmed",
        {
            "met_with": {"name": "张伟", "title": "设备主管"},
            "phenomenon": "滑块卡滞",
            "mould_running": False,
            "differs": True,
            "fault_code": "C-MV-01",
        },
    )
    case_id = await served(desk, *VISIT[:4], seen, *VISIT[4:], papers=VISIT_SET, fault_code="C-XX-99")
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).status == 201


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"keeper": None}, {"keeper": "V-REQ"}),
        ({"keeper": "nobody"}, {"keeper": "V-REF"}),
        ({"archive_no": "1"}, {"archive_no": "V-FMT"}),
        ({"retain_until": "2030-01-01"}, {"retain_until": "V-FMT"}),
        ({"checklist": [{"doc_type": "PHOTO", "present": False}]}, {"checklist[0].exemption": "V-REQ"}),
        (
            {"checklist": [{"doc_type": "PHOTO", "present": True, "exemption": "禁止拍照"}]},
            {"checklist[0].exemption": "V-FMT"},
        ),
        ({"checklist": [{"doc_type": "PHOTO", "present": True}] * 2}, {"checklist[1].doc_type": "V-DUP"}),
        ({"checklist": [{"doc_type": "NOVEL", "present": True}]}, {"checklist[0].doc_type": "V-ENUM"}),
    ],
)
async def test_a_fault_of_an_archive_is_named(desk: Desk, changes: dict[str, Any], told: dict[str, str]) -> None:
    case_id = await served(desk, *REMOTE)
    answer = await desk.send("ArchiveCase", archive(**changes), to=case_id)
    assert (answer.status, codes(answer)) == (422, told)


async def test_whoever_served_does_not_archive_and_hears_that_first(desk: Desk) -> None:
    await desk.send("GrantRole", {"roles": ["TECHNICIAN", "SPECIALIST"], "reason": "轮岗"}, to="technician", by="admin")
    case_id = await served(desk, *VISIT)
    answer = await desk.send("ArchiveCase", archive(), to=case_id, by="technician")
    assert (answer.status, codes(answer)) == (403, {"": "A-SELF"})
    far = await served(desk, *REMOTE, papers=REMOTE_SET)
    assert (await desk.send("ArchiveCase", archive(), to=far, by="technician")).status == 201


async def test_a_case_that_is_not_rated_is_not_archived(desk: Desk) -> None:
    case_id = await desk.register()
    await happened(desk, case_id, triaged(), *REMOTE)
    assert (await desk.send("ArchiveCase", archive(), to=case_id)).body["code"] == "S-STATE"


@pytest.mark.parametrize("user", ["technician", "engineer", "sales", "quality", "auditor"])
async def test_only_the_desk_archives(desk: Desk, user: str) -> None:
    case_id = await served(desk, *REMOTE)
    assert (await desk.send("ArchiveCase", archive(), to=case_id, by=user)).body["code"] == "A-ROLE"
