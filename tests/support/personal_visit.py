"""What customers' persons say reaches the desk through the console: its API, its pages, its sign-in."""

import json
from urllib.parse import urlencode

import httpx2

from shared.runtime.health import Health, Ready
from tests.e2e.speaking import API, Speaker, signed_in
from tests.support.now import acknowledgement_now, report_now

USER, PASSWORD = "specialist", "only for this day"
CALLER, CALLER_PHONE, CALLER_EMAIL = "慕容紫嫣", "13711223344", "murong.ziyan@tool-shop.example"
SAID, ADDED = "顶出行程开关被油污卡死反复报警", "已向夜班慕容师傅说明镶件崩角的处理"
TYPED, TYPED_SAID = "司徒景澄", "热流道温控箱冒烟已拉闸"
REFUSED, REFUSED_SAID = "端木清徽", "只在被拒绝的报修里出现的话"
CUT_OFF, TOO_LARGE, MISNAMED = "半截正文里的令狐冲霄", "超长正文里的独孤信芳", "纯文本正文里的百里奚和"
CONTACT, FILE_NAME, FILE_BYTES = "皇甫若兰", "东方既白的名片.txt", "名片背面手写的私人号码一三七".encode() * 40
SOUGHT, IN_A_PATH, AT_THE_ENTRANCE, BROKEN = "上官婉仪", "诸葛亮明", "宇文化及", "夏侯元让"
NEEDLES = (
    *(CALLER, CALLER_PHONE, CALLER_EMAIL, SAID, ADDED, TYPED, TYPED_SAID, REFUSED, REFUSED_SAID, CONTACT, FILE_NAME),
    *(CUT_OFF, TOO_LARGE, MISNAMED, SOUGHT, IN_A_PATH, AT_THE_ENTRANCE, BROKEN),
    "手写的私人号码",
)
SHOWN = (CALLER, SAID, ADDED, TYPED, TYPED_SAID)
"""What the two open read models hold of it afterwards."""


class Broken(Health):
    """A defect of ours that names a person."""

    async def ready(self) -> Ready:
        raise ValueError(BROKEN)


async def visit(url: str) -> None:
    """Everything that a person at a door can do with personal text: accepted, refused, and met by a defect."""
    await at_the_entrance(url)
    async with signed_in(url, USER, PASSWORD) as speaker:
        await commands(speaker)
        await refusals(speaker)
        await reads(speaker)
        await pages(speaker.client)
        assert (await speaker.client.get("/health/ready", params={"name": BROKEN})).status_code == 500


async def at_the_entrance(url: str) -> None:
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        for body in ({"user": AT_THE_ENTRANCE, "password": CALLER_PHONE}, {"user": USER, "password": AT_THE_ENTRANCE}):
            assert (await client.post(f"{API}/session", json=body)).status_code == 401
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            assert (await client.post("/sign-in", content=urlencode(body), headers=form)).status_code == 401


async def commands(speaker: Speaker) -> None:
    stored = await speaker.client.post(f"{API}/files", params={"name": FILE_NAME}, content=FILE_BYTES)
    assert stored.status_code == 201, stored.text
    attached = [{"file_ref": stored.json()["file_ref"], "name": FILE_NAME}]
    told = await speaker.register(
        contact_name=CALLER,
        contact_phone=CALLER_PHONE,
        contact_email=CALLER_EMAIL,
        problem_description=SAID,
        raw_content_ref=f"note:{CALLER}：{SAID}",
        attachments=attached,
    )
    answer = {**json.loads(acknowledgement_now()), "process_explained": ADDED, "reassured": CALLER}
    added = await speaker.send(f"/cases/{told['id']}/acknowledge-case", json.dumps(answer))
    assert added.status_code == 201, added.text
    events = (await speaker.get(f"/cases/{told['id']}/events", after=added.json()["sequence"])).json()["items"]
    wrong = {"target_event_id": events[0]["event_id"], "field_path": "problem_description", "old_value": SAID}
    correction = {**wrong, "new_value": f"{SAID}{ADDED}", "reason_code": "TYPO", "reason": CALLER}
    corrected = await speaker.send(f"/cases/{told['id']}/correct-record", json.dumps(correction))
    assert corrected.status_code == 201, corrected.text
    refused = await speaker.send(f"/cases/{told['id']}/correct-record", json.dumps(correction))
    assert refused.json()["code"] == "C-VER"
    shown = await speaker.get(f"/cases/{told['id']}", after=corrected.json()["sequence"])
    assert f"{SAID}{ADDED}" in shown.text


async def refusals(speaker: Speaker) -> None:
    """Every way in which a body that names a person can be refused."""
    whole = report_now(contact_name=REFUSED, problem_description=REFUSED_SAID)
    customer = json.dumps({"customer_no": "C-1", "contacts": [{"name": CONTACT, "phone": CONTACT}]})
    answers = [
        (422, await speaker.send("/cases", json.dumps({**json.loads(whole), "scope": REFUSED}))),
        (422, await speaker.send("/cases", whole, Idempotency_Key="not a key")),
        (404, await speaker.send("/cases/0000-00000/classify", whole)),
        (404, await speaker.send(f"/cases/{IN_A_PATH}/classify", whole)),
        (400, await speaker.send("/cases", report_now(contact_name=CUT_OFF)[:-7])),
        (413, await speaker.send("/cases", report_now(problem_description=TOO_LARGE * 60_000))),
        (415, await speaker.send("/cases", report_now(contact_name=MISNAMED), Content_Type="text/plain")),
        (403, await speaker.send("/staff", json.dumps({"user_name": REFUSED, "roles": [REFUSED]}))),
        (422, await speaker.send("/customers", customer)),
    ]
    assert [(status, one.status_code) for status, one in answers if one.status_code != status] == []


async def reads(speaker: Speaker) -> None:
    for path in ("/cases", "/customers", "/moulds"):
        assert (await speaker.get(path, q=SOUGHT, view="all")).status_code == 200
    assert (await speaker.get(f"/customers/{IN_A_PATH}")).status_code == 404
    assert (await speaker.get("/cases", cursor=SOUGHT)).status_code == 422


async def pages(client: httpx2.AsyncClient) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    typed = json.loads(report_now(contact_name=TYPED, problem_description=TYPED_SAID, raw_content_ref=TYPED_SAID))
    typed |= {"received_at": typed["received_at"][:19], "fault_at": typed["fault_at"][:19], "safety_risk": "no"}
    typed |= {"mould_no": "M-9999", "contact_phone": "+86 574 5550 9999"}
    assert (
        await client.post("/register", content=urlencode({"contact_name": REFUSED}), headers=form)
    ).status_code == 422
    accepted = await client.post("/register", content=urlencode(typed), headers=form)
    assert accepted.status_code == 303, accepted.text
    assert (await client.get(f"/?q={SOUGHT}")).status_code == 200
    assert TYPED in (await client.get(accepted.headers["location"])).text
