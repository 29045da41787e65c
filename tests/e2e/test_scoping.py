"""Who sees what: each role against each view, over HTTP and on the pages; of several roles the widest counts."""

import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from tests.e2e.running import Up
from tests.e2e.speaking import API, Speaker, new_key, signed_in
from tests.e2e.walking import HttpDoor, Walker, get, stored_files
from tests.e2e.walks import W1, Step
from tests.support import service
from tests.support.now import report_now
from tests.support.samples import classification, report

PEOPLE = (
    *("specialist", "supervisor", "engineer", "technician", "sales", "analyst", "auditor", "quality", "customer"),
    *("deputy", "admin", "production"),
)
FILES_CONTENT = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
ALL = frozenset({"plain", "sent", "preparing", "relayed", "of_own_customer", "told", "company"})
SEES = {
    "specialist": ALL,
    "supervisor": ALL,
    "engineer": ALL,
    "analyst": ALL,
    "auditor": ALL,
    "technician": {"sent", "preparing"},
    "sales": {"relayed", "of_own_customer"},
    "quality": {"told"},
    "customer": {"company"},
}
"""What each role sees of the cases of this file."""
VIEWS = ("list", "as_of", "search", "case", "events", "clocks", "overdue", "figures", "page", "first page")
SECRET = "飞边从滑块处溢出"
_NEXT = re.compile(r'href="(/\?view=all[^"]*cursor=[^"]+)"')


class Scene:
    """A running product with one case of each kind, by what it is to somebody."""

    def __init__(self, speakers: dict[str, Speaker], files: dict[str, str]) -> None:
        self.speakers = speakers
        self.files = files
        self.cases: dict[str, str] = {}
        self.order = f"SO-{new_key()[:8]}"
        self.position = 0

    async def send(self, by: str, path: str, body: Any) -> dict[str, Any]:
        """A command that must be accepted."""
        answer = await self.speakers[by].send(path, json.dumps(body))
        assert answer.status_code == 201, (path, answer.text)
        told: dict[str, Any] = answer.json()
        self.position = told["sequence"]
        return told

    async def report(self, name: str, by: str = "specialist", **changes: Any) -> None:
        """A case whose first response is overdue, and not so long that managers are told."""
        received = datetime.now(UTC) - timedelta(minutes=65)
        times = {"received_at": received.isoformat(), "fault_at": (received - timedelta(hours=1)).isoformat()}
        given = {"order_no": self.order, "claimed_urgency": "URGENT", "problem_description": SECRET}
        self.cases[name] = (await self.send(by, "/cases", report(**times, **given, **changes)))["id"]

    async def walk(self, name: str, steps: Sequence[Step]) -> None:
        """A case that was taken along these steps."""
        walker = Walker(HttpDoor(self.speakers), self.speakers["specialist"], self.files)
        await walker.take(steps, refused=False, order_no=self.order, problem_description=SECRET)
        self.cases[name] = walker.case_id

    async def seen(self, user: str, view: str) -> set[str]:
        """The cases of this scene that a view shows to a user."""
        speaker = self.speakers[user]
        return {name for name, id in self.cases.items() if await self._shows(speaker, view, id)}

    async def _listed(self, speaker: Speaker) -> str:
        """The list of the first page, with all its further pages."""
        texts, path = list[str](), "/?view=all"
        while path:
            texts.append((await speaker.client.get(path)).text)
            further = _NEXT.search(texts[-1])
            path = unescape(further[1]) if further is not None else ""
        return "".join(texts)

    async def _shows(self, speaker: Speaker, view: str, case_id: str) -> bool:
        path = {"case": "", "events": "/events", "clocks": "/clocks"}.get(view)
        if path is not None:
            answer = await speaker.get(f"/cases/{case_id}{path}", after=self.position)
            assert answer.status_code in (200, 404), answer.text
            return answer.status_code == 200
        if view == "page":
            return (await speaker.client.get(f"/cases/{case_id}")).status_code == 200
        if view == "first page":
            return case_id in await self._listed(speaker)
        if view == "overdue":
            return case_id in {one["case_id"] for one in (await get(speaker, "/overdue", limit=500))["items"]}
        if view == "figures":
            return case_id in (await get(speaker, "/metrics"))["total"]["resolution_rate"]["unsolved"]
        query = {"list": {}, "as_of": {"as_of": self.position}, "search": {"q": self.order}}[view]
        found = await get(speaker, "/cases", view="all", limit=500, **query)
        return case_id in {one["case_id"] for one in found["items"]}


@pytest.fixture(scope="module")
async def scene(house: Up) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        speakers = {name: await stack.enter_async_context(signed_in(house.url, name)) for name in PEOPLE}
        scene = Scene(speakers, await stored_files(speakers["specialist"]))
        customers = (await get(speakers["specialist"], "/customers", limit=500))["items"]
        company = (await get(speakers["customer"], "/customers"))["items"][0]["aggregate_id"]
        other = next(one["aggregate_id"] for one in customers if one["aggregate_id"] != company)
        await scene.report("plain")
        await scene.report("company", customer_id=company, customer_name=None)
        relay = {"channel": "SALES_RELAY", "relayed_by": "sales"}
        heard = (datetime.now(UTC) - timedelta(minutes=70)).isoformat()
        await scene.report("relayed", "sales", **relay, relay_received_at=heard, customer_id=other, customer_name=None)
        await scene.report("of_own_customer", customer_id=other, customer_name=None)
        await scene.report("told")
        await scene.send("specialist", f"/cases/{scene.cases['told']}/classify", classification())
        await scene.send("specialist", f"/cases/{scene.cases['told']}/send-department-feedback", service.feedback())
        commands = [step.command for step in W1]
        await scene.walk("preparing", W1[: commands.index("ApproveOnsite") + 1])
        await scene.walk("sent", W1[: commands.index("PrepareService") + 1])
        yield scene


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("user", SEES)
async def test_a_role_sees_its_own_cases_in_every_view(scene: Scene, user: str, view: str) -> None:
    seen, everything = await scene.seen(user, view), await scene.seen("specialist", view)
    assert seen == everything & set(SEES[user])
    assert everything


@pytest.mark.parametrize("path", ["/cases", "/overdue", "/metrics", "/moulds", "/customers", "/improvements"])
async def test_an_administrator_has_no_rights_on_cases(scene: Scene, path: str) -> None:
    answer = await scene.speakers["admin"].get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "A-ROLE")


async def test_of_several_roles_the_widest_counts_and_texts_follow_the_role_that_may_read_them(
    house: Up, scene: Scene
) -> None:
    admin = scene.speakers["admin"]
    seen: dict[str, set[str]] = {}
    for roles in (["TECHNICIAN", "SALES"], ["ANALYST", "TECHNICIAN"]):
        name = f"both-{new_key()[:8]}"
        added = await scene.send("admin", "/staff", {"user_name": name, "roles": roles, "dept": "AFTERSALES"})
        password = f"{API}/staff/{name}/password"
        await get(admin, f"/staff/{name}", after=added["sequence"])
        assert (await admin.client.put(password, json={"password": "for both roles"})).status_code == 204
        async with signed_in(house.url, name, "for both roles") as speaker:
            scene.speakers[name] = speaker
            seen[roles[0]] = await scene.seen(name, "list")
            page = await get(speaker, "/cases", view="all", q=SECRET, limit=500)
            seen[f"{roles[0]} by words"] = {
                key for key, id in scene.cases.items() if id in {one["case_id"] for one in page["items"]}
            }
            shown = (await speaker.get(f"/cases/{scene.cases['preparing']}/events")).text
            assert SECRET in shown
        del scene.speakers[name]
    assert seen == {
        "TECHNICIAN": {"preparing"},
        "TECHNICIAN by words": {"preparing"},
        "ANALYST": set(ALL),
        "ANALYST by words": {"preparing"},
    }


async def test_a_department_reads_what_was_sent_to_it_and_nothing_else_in_clear(scene: Scene) -> None:
    quality = scene.speakers["quality"]
    case = await get(quality, f"/cases/{scene.cases['told']}", after=scene.position)
    assert "contact" not in case
    assert "texts" not in case
    events = {one["type"]: one["data"] for one in (await get(quality, f"/cases/{case['case_id']}/events"))["items"]}
    assert events["DepartmentFeedbackSent"]["customer_feedback"] == service.feedback()["customer_feedback"]
    assert events["FeedbackReceived"]["problem_description"].startswith("sealed:")
    assert events["FeedbackReceived"]["contact_name"].startswith("sealed:")
    page = (await quality.client.get(f"/cases/{case['case_id']}")).text
    assert service.feedback()["customer_feedback"] in page
    assert SECRET not in page


async def test_registers_show_what_belongs_to_the_cases_that_one_sees(scene: Scene) -> None:
    customers = {one["customer_no"] for one in (await get(scene.speakers["sales"], "/customers"))["items"]}
    everybody = (await get(scene.speakers["specialist"], "/customers", limit=500))["items"]
    relayed = (await get(scene.speakers["specialist"], f"/cases/{scene.cases['relayed']}"))["customer_id"]
    assert customers == {one["customer_no"] for one in everybody if one["aggregate_id"] == relayed}
    foreign = next(one["aggregate_id"] for one in everybody if one["aggregate_id"] != relayed)
    assert (await scene.speakers["sales"].get(f"/customers/{foreign}")).status_code == 404
    assert (await scene.speakers["sales"].get(f"/customers/{relayed}")).status_code == 200
    assert (await get(scene.speakers["technician"], "/customers"))["items"] == []
    assert (await scene.speakers["technician"].client.get(f"/moulds/{'0' * 4}-00000")).status_code == 404


DESK = {"specialist", "supervisor", "engineer", "auditor"}
FILES: dict[str, set[str]] = {
    "plain": {*DESK, "analyst"},
    "sent": {*DESK, "analyst", "technician"},
    "relayed": {*DESK, "analyst", "sales"},
    "told": {*DESK, "analyst"},
    "company": {*DESK, "analyst", "customer"},
}
"""Who opens a photo in the file of each case."""


async def _stored(scene: Scene, content: bytes, kind: str = "image/png") -> str:
    answer = await scene.speakers["specialist"].client.post(
        f"{API}/files", params={"name": "file"}, content=content, headers={"Content-Type": kind}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


async def _openers(scene: Scene, digest: str, **query: str) -> set[str]:
    """Those of each role who get the bytes; everybody else is told that there is nothing, or not for them."""
    found = set()
    for user in (*SEES, "admin"):
        answer = await scene.speakers[user].get(f"/files/{digest}", after=scene.position, **query)
        assert answer.status_code in (200, 403, 404, 415), (user, answer.text)
        if answer.status_code == 200:
            found.add(user)
    return found


def _picture() -> bytes:
    """A drawing unlike any other."""
    out, about = io.BytesIO(), PngImagePlugin.PngInfo()
    about.add_text("number", new_key())
    Image.new("L", (600, 400), 255).save(out, "PNG", pnginfo=about)
    return out.getvalue()


async def _on_a_visit(scene: Scene, digest: str) -> None:
    """The file is a drawing of a mould whose case the technician has part in."""
    company = (await get(scene.speakers["customer"], "/customers"))["items"][0]["aggregate_id"]
    mould = {
        "mould_no": f"M-{new_key()[:8]}",
        "mould_name": "盖板",
        "kind": "INJECTION",
        "model": "HT-1",
        "spec": "1 腔",
    }
    mould |= {"customer_id": company, "order_no": scene.order, "delivery_date": "2024-06-30"}
    drawings = [{"doc_id": "D-1", "revision": "A", "file_ref": f"sha256:{digest}"}]
    told = await scene.send("specialist", "/moulds", {**mould, "drawings": drawings})
    assert await _openers(scene, digest) == DESK
    case = {**json.loads(report_now(mould_id=told["id"], customer_id=company, customer_name=None))}
    await scene.send("technician", "/cases", case | {"mould_no": mould["mould_no"], "channel": "VERBAL"})


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_read_by_whoever_reads_the_case(scene: Scene, name: str) -> None:
    digest = await _stored(scene, FILES_CONTENT + new_key().encode())
    assert await _openers(scene, digest) == set()
    body = {"doc_type": "PHOTO", "file_ref": f"sha256:{digest}", "phase": "BEFORE"}
    body |= {"taken_at": datetime.now(UTC).isoformat()}
    await scene.send("specialist", f"/cases/{scene.cases[name]}/attach-document", body)
    assert await _openers(scene, digest) == FILES[name]


@pytest.mark.proves("B-27")
async def test_a_drawing_is_opened_by_need_only_and_every_look_is_logged(house: Up, scene: Scene) -> None:
    digest = await _stored(scene, _picture())
    await _on_a_visit(scene, digest)
    assert await _openers(scene, digest) == {*DESK, "technician"}
    log = house.printed.read_text() + "".join(path.read_text() for path in house.data.rglob("*.log"))
    looks = [line for line in log.splitlines() if "file read" in line and digest in line]
    assert {user for user in SEES if any(user in line for line in looks)} == {*DESK, "technician"}


@pytest.mark.proves("B-27")
async def test_a_drawing_is_a_copy_that_names_its_reader_and_the_original_is_for_the_desk(scene: Scene) -> None:
    picture = _picture()
    digest = await _stored(scene, picture)
    await _on_a_visit(scene, digest)
    copies = [await scene.speakers[user].get(f"/files/{digest}") for user in ("technician", "engineer", "engineer")]
    for copy in copies:
        assert (copy.status_code, copy.headers["content-type"]) == (200, "image/png")
        with Image.open(io.BytesIO(copy.content)) as shown:
            assert shown.size == (600, 400)
            assert shown.convert("L").getextrema()[0] < 230
    assert len({copies[0].content, copies[1].content, picture}) == 3
    assert await _openers(scene, digest, original="true") == DESK
    assert (await scene.speakers["engineer"].get(f"/files/{digest}", original="true")).content == picture
    refused = await scene.speakers["technician"].get(f"/files/{digest}", original="true")
    assert (refused.status_code, refused.json()["code"]) == (403, "A-ROLE")


@pytest.mark.proves("B-27")
async def test_a_drawing_that_carries_no_mark_stays_at_the_desk(scene: Scene) -> None:
    model = b"ISO-10303-21;" + new_key().encode()
    digest = await _stored(scene, model, "model/step")
    await _on_a_visit(scene, digest)
    assert await _openers(scene, digest) == DESK
    kept = await scene.speakers["supervisor"].client.get(f"{API}/files/{digest}")
    assert kept.content == model
    refused = await scene.speakers["technician"].client.get(f"{API}/files/{digest}")
    assert (refused.status_code, refused.json()["code"]) == (415, "H-415")
