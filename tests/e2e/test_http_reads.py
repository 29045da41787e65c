"""Reads over HTTP: lists, the past, figures, who may see what, and signing in."""

from typing import Any

import httpx2
import pytest

from shared.projections.paging import Place, cursor_of
from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import API, Speaker, codes, new_key, signed_in
from tests.support.now import acknowledgement_now


async def test_lists_come_in_pages_that_join_without_a_gap(specialist: Speaker) -> None:
    wanted = [(await specialist.register(order_no=f"SO-{number}"))["id"] for number in range(5)]
    after = (await specialist.register())["sequence"]
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await specialist.get("/cases", view="all", sort="received", limit=2, after=after, **cursor)).json()
        assert "items" in page, page
        found += [one["case_id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(found) == len(set(found))
    assert set(wanted) <= set(found)


async def test_a_case_is_found_by_its_words(specialist: Speaker) -> None:
    word = f"顶针断裂{new_key()[:8]}"
    told = await specialist.register(problem_description=f"注塑时{word}，需要更换")
    found = (await specialist.get("/cases", q=word, view="all", after=told["sequence"])).json()
    assert [one["case_id"] for one in found["items"]] == [told["id"]]


async def test_a_case_is_shown_as_it_was_known_then(specialist: Speaker) -> None:
    told = await specialist.register()
    answered = await specialist.send(f"/cases/{told['id']}/acknowledge-case", acknowledgement_now())
    assert answered.status_code == 201, answered.text
    after = answered.json()["sequence"]
    now = await specialist.get(f"/cases/{told['id']}", after=after)
    then = await specialist.get(f"/cases/{told['id']}", after=after, as_of=told["sequence"])
    assert now.json()["acknowledged_by"] == "specialist"
    assert then.json()["acknowledged_by"] is None
    assert len(then.json()["texts"]) == 1
    assert then.headers["x-sequence"] == str(told["sequence"])
    never = await specialist.get(f"/cases/{told['id']}", as_of=told["sequence"] - 1)
    assert never.status_code == 404
    clocks = (await specialist.get(f"/cases/{told['id']}/clocks", after=after)).json()["items"]
    assert {one["clock"]: one["status"] for one in clocks} == {
        "FIRST_RESPONSE": "MET",
        "TRIAGE": "RUNNING",
        "RESOLUTION": "RUNNING",
        "PROGRESS": "RUNNING",
    }
    metrics = (await specialist.get("/metrics", after=after, by="urgency,channel")).json()
    assert told["id"] in metrics["total"]["response_time"]["cases"]
    assert metrics["groups"]
    assert {"M-01", "M-04", "M-07", "M-08", "M-10"} <= set(metrics["definitions"])


async def test_lists_and_figures_are_told_as_they_were_known_then(specialist: Speaker) -> None:
    told = await specialist.register()
    before = told["sequence"]
    answered = await specialist.send(f"/cases/{told['id']}/acknowledge-case", acknowledgement_now())
    assert answered.status_code == 201, answered.text
    after = answered.json()["sequence"]
    measured = {}
    for as_of in (before - 1, before, after):
        metrics = (await specialist.get("/metrics", after=after, as_of=as_of)).json()["total"]
        measured[as_of] = (metrics["received"], told["id"] in metrics["response_time"]["cases"])
    received = measured[before - 1][0]
    assert measured == {before - 1: (received, False), before: (received + 1, False), after: (received + 1, True)}
    clocks = (await specialist.get(f"/cases/{told['id']}/clocks", after=after, as_of=before)).json()["items"]
    assert {one["clock"]: one["status"] for one in clocks}["FIRST_RESPONSE"] == "RUNNING"
    listed = (await specialist.get("/cases", view="all", limit=500, after=after, as_of=before - 1)).json()["items"]
    assert told["id"] not in {one["case_id"] for one in listed}


BAD_QUERIES = (
    ("/cases", {"view": "blue"}, {"view": "V-ENUM"}),
    ("/cases", {"limit": "0", "sort": "colour"}, {"limit": "V-RANGE", "sort": "V-ENUM"}),
    ("/cases", {"limit": "many", "after": "-1"}, {"limit": "V-FMT", "after": "V-FMT"}),
    ("/cases", {"after": "9" * 25}, {"after": "V-FMT"}),
    ("/cases", {"cursor": "xx"}, {"cursor": "V-FMT"}),
    ("/cases", {"q": "a\u0000b"}, {"q": "V-FMT"}),
    ("/cases", {"as_of": "yesterday"}, {"as_of": "V-FMT"}),
    ("/cases", {"as_of": "2026-11-24T10:00:00"}, {"as_of": "V-FMT"}),
    ("/metrics", {"period": "2026-13"}, {"period": "V-FMT"}),
    ("/metrics", {"by": "colour"}, {"by": "V-ENUM"}),
    ("/customers", {"cursor": "\u00e9"}, {"cursor": "V-FMT"}),
    ("/cases", {"sort": "due", "cursor": cursor_of(Place("due", "soon", "x"))}, {"cursor": "V-FMT"}),
    ("/callbacks", {"cursor": cursor_of(Place("due", "soon", "x"))}, {"cursor": "V-FMT"}),
    ("/escalations", {"cursor": cursor_of(Place("level", "high 2026-11-25", "x"))}, {"cursor": "V-FMT"}),
)


@pytest.mark.parametrize(("path", "query", "wanted"), BAD_QUERIES)
async def test_bad_questions_are_refused_by_parameter(
    specialist: Speaker, path: str, query: dict[str, str], wanted: dict[str, str]
) -> None:
    answer = await specialist.get(path, **query)
    assert answer.status_code == 422, answer.text
    assert codes(answer) == wanted


async def test_an_instant_with_any_offset_is_understood(specialist: Speaker) -> None:
    for instant in ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00+08:00", "1791000000"):
        answer = await specialist.get("/overdue", as_of=instant)
        assert answer.status_code == 200, answer.text


async def test_a_position_that_the_log_has_not_reached_is_busy_after_a_while(specialist: Speaker) -> None:
    answer = await specialist.get("/moulds", after=10**9)
    assert (answer.status_code, answer.json()["code"]) == (503, "H-503")
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("admin", "/cases", 403),
        ("quality", "/cases", 200),
        ("admin", "/metrics", 403),
        ("admin", "/staff", 200),
        ("specialist", "/staff", 403),
        ("specialist", "/events", 403),
        ("customer", "/events", 403),
        ("auditor", "/events", 200),
        ("analyst", "/events", 200),
        ("supervisor", "/events", 200),
        ("customer", "/policies", 200),
        ("customer", "/cases", 200),
        ("analyst", "/policies/fault-code", 200),
        ("analyst", "/policies/none", 404),
    ],
)
async def test_roles_see_what_is_theirs(house: Up, user: str, path: str, status: int) -> None:
    async with signed_in(house.url, user) as speaker:
        assert (await speaker.get(path)).status_code == status


async def test_a_customer_sees_the_own_company_only(house: Up, specialist: Speaker) -> None:
    async with signed_in(house.url, "customer") as customer:
        own = (await customer.get("/customers")).json()["items"]
        assert len(own) == 1
        company = own[0]["aggregate_id"]
        mine = await specialist.register(customer_id=company, customer_name=None)
        other = await specialist.register()
        seen = (await customer.get("/cases", view="all", after=other["sequence"], limit=500)).json()["items"]
        assert {one["customer_id"] for one in seen} == {company}
        assert (await customer.get(f"/cases/{mine['id']}")).json()["contact"]["name"] == "张伟"
        for path in ("", "/events", "/clocks"):
            assert (await customer.get(f"/cases/{other['id']}{path}")).status_code == 404
        foreign = next(
            one for one in (await specialist.get("/customers")).json()["items"] if one["aggregate_id"] != company
        )
        assert (await customer.get(f"/customers/{foreign['aggregate_id']}")).status_code == 404


async def test_an_analyst_sees_the_case_but_no_clear_person(house: Up, specialist: Speaker) -> None:
    told = await specialist.register()
    async with signed_in(house.url, "analyst") as analyst:
        shown = await analyst.get(f"/cases/{told['id']}", after=told["sequence"])
        events = await analyst.get(f"/cases/{told['id']}/events")
    assert shown.json()["state"] == "RECEIVED"
    for text in (shown.text, events.text):
        assert "张伟" not in text
        assert "8765 4321" not in text
    assert events.json()["items"][0]["data"]["contact_name"].startswith("sealed:")


async def test_a_search_tells_nobody_what_he_may_not_read(house: Up, specialist: Speaker) -> None:
    word, name, order = f"顶针断裂{new_key()[:8]}", f"司空{new_key()[:8]}", f"SO-{new_key()[:8]}"
    told = await specialist.register(
        problem_description=f"注塑时{word}，需要更换", contact_name=name, order_no=order, mould_name=f"手柄{order}"
    )
    found: dict[str, list[str]] = {}
    for user in ("specialist", "analyst", "auditor"):
        async with signed_in(house.url, user) as speaker:
            found[user] = []
            for q in (word, name, order, f"手柄{order}", told["id"]):
                for query in ({}, {"as_of": told["sequence"]}):
                    page = await speaker.get("/cases", q=q, view="all", after=told["sequence"], **query)
                    found[user] += [q for one in page.json()["items"] if one["case_id"] == told["id"]]
            first = await speaker.client.get("/", params={"q": word, "view": "all"})
            assert (told["id"] in first.text) is (user == "specialist")
    shown = [order, order, f"手柄{order}", f"手柄{order}", told["id"], told["id"]]
    assert found == {"specialist": [word, word, name, name, *shown], "analyst": shown, "auditor": shown}


async def test_signing_out_ends_the_session(house: Up) -> None:
    async with signed_in(house.url, "sales") as sales:
        assert (await sales.get("/status")).status_code == 200
        assert (await sales.client.delete(f"{API}/session")).status_code == 204
        assert (await sales.get("/status")).status_code == 401


async def test_a_new_password_ends_all_sessions_and_a_disabled_user_is_out_at_once(house: Up) -> None:
    name = f"u-{new_key()[:8]}"
    async with signed_in(house.url, "admin") as admin:
        added = await admin.send("/staff", f'{{"user_name": "{name}", "roles": ["SPECIALIST"]}}')
        assert added.status_code == 201, added.text
        assert (await admin.get(f"/staff/{name}", after=added.json()["sequence"])).json()["roles"] == ["SPECIALIST"]
        password = f"{API}/staff/{name}/password"
        assert (await admin.client.put(password, json={"password": "short"})).status_code == 422
        assert (await admin.client.put(password, json={"password": "first one"})).status_code == 204
        async with signed_in(house.url, name, "first one") as new:
            assert (await new.client.put(password, json={"password": "second one"})).status_code == 204
            assert (await new.get("/cases")).status_code == 401
        async with signed_in(house.url, name, "second one") as new:
            assert (
                await new.client.put(f"{API}/staff/admin/password", json={"password": "mine now"})
            ).status_code == 403
            gone = await admin.send(f"/staff/{name}/disable-user", '{"reason": "离职"}')
            assert gone.status_code == 201, gone.text
            await admin.get("/staff", after=gone.json()["sequence"])
            assert (await new.get("/cases")).status_code == 401
        again = await admin.client.post(f"{API}/session", json={"user": name, "password": "second one"})
        assert again.status_code == 401


async def test_guessing_is_slowed_down_and_unknown_users_are_told_the_same(house: Up) -> None:
    name = f"nobody-{new_key()[:8]}"
    async with httpx2.AsyncClient(base_url=house.url, timeout=30) as guesser:
        known = await guesser.post(f"{API}/session", json={"user": "deputy", "password": "wrong wrong"})
        unknown = await guesser.post(f"{API}/session", json={"user": name, "password": "wrong wrong"})
        assert known.json() == unknown.json()
        answers = [unknown]
        for _ in range(12):
            answers.append(await guesser.post(f"{API}/session", json={"user": name, "password": "wrong wrong"}))
        statuses = [one.status_code for one in answers]
        assert statuses[:10] == [401] * 10
        assert statuses[10:] == [429] * 3
        assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"user": 1, "password": "x"}', b'{"user": "\\u0000", "password": "x"}'])
async def test_a_bad_sign_in_is_no_fault_of_ours(house: Up, raw: bytes) -> None:
    async with httpx2.AsyncClient(base_url=house.url, timeout=30) as client:
        answer = await client.post(f"{API}/session", content=raw, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 401, 422)
        assert answer.json()["code"]


async def test_a_cookie_does_not_carry_a_command_from_another_site(house: Up) -> None:
    async with httpx2.AsyncClient(base_url=house.url, timeout=30) as browser:
        entered = await browser.post("/sign-in", data={"user": "specialist", "password": PASSWORD, "next": "//evil"})
        assert entered.headers["location"] == "/"
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        for headers in ({"Origin": "https://evil.example"}, {}, {"Origin": "null"}):
            answer = await browser.post(f"{API}/cases", content=b"{}", headers=headers)
            assert answer.status_code == 403, headers
        own = await browser.post(
            f"{API}/cases", content=b"{", headers={"Origin": house.url, "Content-Type": "application/json"}
        )
        assert own.status_code == 400
