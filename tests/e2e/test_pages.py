"""The pages in a real browser, without script: sign in, register, see faults at their fields, answer, classify."""

import httpx2
from playwright.async_api import Browser, Page

from tests.e2e.running import PASSWORD, Up
from tests.e2e.speaking import Speaker
from tests.support.now import acknowledgement_now


async def send(page: Page) -> None:
    """Submit; where cases of the same mould are hinted at first, once more."""
    await _submitted(page)
    if await page.locator("#hints-title").count():
        await _submitted(page)


async def _submitted(page: Page) -> None:
    async with page.expect_response(lambda answer: answer.request.method == "POST"):
        await page.click("p.buttons button[type=submit]")
    await page.wait_for_load_state("networkidle")


async def test_a_report_is_registered_answered_and_classified_by_hand(page: Page) -> None:
    await page.click("text=登记反馈")
    await page.select_option("#channel", "HOTLINE")
    await page.fill("#raw_content_ref", "客户来电，声音很急")
    await page.fill("#customer_name", "宁波海天塑料制品有限公司")
    await page.fill("#contact_name", "张伟")
    await page.fill("#problem_description", "合模后分型面出现飞边")
    await page.fill("#mould_no", "M-2024-0117")
    await page.fill("#order_no", "SO-2024-553")
    await page.select_option("#mould_kind", "INJECTION")
    await page.select_option("#scope", "REPAIR")
    await send(page)
    assert await page.inner_text("#contact_phone-fault")
    assert await page.get_attribute("#contact_phone", "aria-describedby") == "contact_phone-fault"
    assert await page.input_value("#contact_name") == "张伟"
    await page.fill("#contact_phone", "+86 574 8765 4321")
    await send(page)
    assert "/cases/" in page.url, await page.inner_text("main")
    assert "张伟" in await page.inner_text("main")
    await page.click("text=首次响应 >> nth=0")
    await page.select_option("#ack_channel", "HOTLINE")
    await page.check("#said_accepted")
    await page.fill("#process_explained", "工程师将在两小时内回电")
    await page.fill("#estimate", "今天给出处理方案")
    await page.fill("#next_contact_at", "2199-01-01T10:00:00")
    await page.click("p.buttons button[type=submit]")
    await page.click("text=已结束的时限")
    assert "按时完成" in await page.inner_text("main")
    await page.click("a.button:has-text('评估分类')")
    await page.select_option("#urgency", "NORMAL")
    await page.check("input[name=urgency_basis][value=QUALITY]")
    await page.select_option("#problem_type", "FUNCTIONAL")
    await page.fill("#fault_code", "I-PQ-01")
    await page.fill("#none_available_reason", "首次报修，图纸未归档")
    await page.fill("#preliminary_judgement", "分型面压伤的可能性大")
    await page.click("p.buttons button[type=submit]")
    told = await page.inner_text("main")
    assert "已分类" in told
    assert "I-PQ-01" in told
    await page.click("header .brand")
    first = await page.inner_text("main")
    assert "M-01" in first
    assert "I-PQ-01" in first


async def test_the_same_page_speaks_english(page: Page) -> None:
    await page.click("text=English")
    assert "Open" in await page.inner_text("h1")
    assert await page.get_attribute("html", "lang") == "en"
    await page.goto("/cases/0000-00000")
    assert "there is nothing" in await page.inner_text("main")


async def test_a_case_of_a_report_is_in_the_list_with_its_deadline(page: Page, specialist: Speaker) -> None:
    told = await specialist.register()
    await page.goto(f"/?after={told['sequence']}")
    row = page.locator("tbody tr", has_text=told["id"])
    assert "首次响应" in await row.inner_text()
    assert "剩余" in await row.inner_text()


async def test_the_figures_lead_to_their_cases_also_of_the_past(page: Page, specialist: Speaker) -> None:
    told = await specialist.register()
    answered = await specialist.send(f"/cases/{told['id']}/acknowledge-case", acknowledgement_now())
    assert answered.status_code == 201, answered.text
    behind = page.locator(f"section[aria-labelledby=M-01] a[href='/cases/{told['id']}']")
    await page.goto(f"/figures?after={answered.json()['sequence']}")
    for number in ("M-01", "M-04", "M-07", "M-08", "M-10"):
        assert await page.inner_text(f"#{number} + p"), number
    assert await behind.count() == 1
    await page.select_option("#by", "urgency")
    async with page.expect_navigation():
        await page.click("main form button[type=submit]")
    assert await page.locator("section[aria-labelledby=M-01] tbody tr").count() > 1
    await page.select_option("#by", "")
    await page.fill("#as_of", str(told["sequence"]))
    async with page.expect_navigation():
        await page.click("main form button[type=submit]")
    assert await page.locator("section[aria-labelledby=M-01]").count() == 1
    assert await behind.count() == 0
    await page.goto("/figures?period=2026-13")
    assert await page.inner_text(".card p >> nth=0") == "period 格式不正确"


async def test_what_a_customer_wrote_is_never_markup(page: Page, specialist: Speaker) -> None:
    told = await specialist.register(problem_description="<b id=evil>飞边</b><script>alert(1)</script>")
    await page.goto(f"/cases/{told['id']}?after={told['sequence']}")
    assert await page.locator("#evil").count() == 0
    assert "<b id=evil>" in await page.inner_text("main")


async def test_seldom_needed_steps_are_folded_away_and_lead_to_their_forms(page: Page, specialist: Speaker) -> None:
    told = await specialist.register()
    await page.goto(f"/cases/{told['id']}?after={told['sequence']}")
    actions = page.locator("section[aria-labelledby=actions-title]")
    assert await actions.locator("a").count() > 8
    visible = [one for one in await actions.locator("a").all() if await one.is_visible()]
    assert [await one.inner_text() for one in visible] == ["首次响应", "评估分类", "并入另一服务单"]
    await actions.locator("summary").click()
    await actions.locator("a:has-text('转出')").click()
    await page.locator("#customer_informed_at").wait_for()


async def test_signing_out_leads_back_to_the_entrance(page: Page) -> None:
    await page.click("header button")
    assert page.url.endswith("/sign-in")
    await page.goto("/register")
    assert "/sign-in?next=/register" in page.url


async def test_pages_allow_no_foreign_script_and_no_frame(house: Up) -> None:
    async with httpx2.AsyncClient(base_url=house.url) as client:
        for path in ("/sign-in", "/docs"):
            answer = await client.get(path)
            assert answer.status_code == 200
            policy = answer.headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "<script" not in answer.text
            assert "style=" not in answer.text
        described = await client.get("/openapi.json")
        assert described.json()["openapi"].startswith("3.1")
        health = await client.get("/health/ready")
        assert health.json() == {"ready": True, "reasons": []}


async def test_an_admin_is_told_why_there_is_no_list(browser: Browser, house: Up) -> None:
    context = await browser.new_context(base_url=house.url, locale="en-GB")
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#user", "admin")
    await page.fill("#password", "not the password")
    await page.click("main button[type=submit]")
    assert "wrong user name or password" in await page.inner_text("main")
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    assert "your roles may not do this" in await page.inner_text("main")
    await context.close()
