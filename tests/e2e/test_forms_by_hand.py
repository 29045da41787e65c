"""Forms in a real browser, without script: rows that are added, faults at nested fields, files that are kept."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from playwright.async_api import Page

from tests.e2e.speaking import Speaker
from tests.support.samples import classification, customer, mould
from tests.support.setbacks import return_approval, return_request


def field(page: Page, path: str) -> str:
    """The selector of a field by its path."""
    return f'[id="{path}"]'


async def send(page: Page) -> None:
    """Submit; where cases of the same mould are hinted at first, once more."""
    await page.click("p.buttons button[type=submit]")
    if await page.locator("#hints-title").count():
        await page.click("p.buttons button[type=submit]")


async def test_a_customer_with_two_contacts_is_registered_and_begins_a_case(page: Page) -> None:
    number = f"K-{uuid4().hex[:8]}"
    await page.goto("/customers")
    await page.click("a.button:has-text('登记客户')")
    await page.fill("#customer_no", number)
    await page.fill("#customer_name", "苏州精工注塑有限公司")
    await page.fill(field(page, "contacts[0].name"), "李娜")
    await page.fill(field(page, "contacts[0].phone"), "+86 512 6543 2100")
    await page.click("button[name='~add'][value=contacts]")
    assert await page.input_value(field(page, "contacts[0].name")) == "李娜"
    await page.fill(field(page, "contacts[1].name"), "陈强")
    await page.fill(field(page, "sites[0].site"), "一厂")
    await page.fill(field(page, "sites[0].address"), "苏州工业园区")
    await page.select_option(field(page, "sites[0].zone"), "A")
    await send(page)
    assert await page.inner_text(field(page, "contacts[1].phone-fault"))
    assert await page.get_attribute(field(page, "contacts[1].phone"), "aria-describedby") == "contacts[1].phone-fault"
    assert "联系人 2 · 电话" in await page.inner_text("[role=alert]")
    await page.fill(field(page, "contacts[1].phone"), "+86 512 6543 2101")
    await page.click("button[name='~add'][value=contacts]")
    await send(page)
    row = page.locator("tbody tr", has_text=number)
    assert "苏州精工注塑有限公司" in await row.inner_text()
    await row.locator("a:has-text('登记反馈')").click()
    assert await page.input_value("#customer_id") == number
    assert await page.input_value("#customer_name") == "苏州精工注塑有限公司"


async def test_a_number_of_the_register_fills_what_it_knows_and_links_the_case(page: Page) -> None:
    await page.goto("/register")
    await page.fill("#mould_id", "M-2024-0117")
    await page.click("button[name='~fill']")
    assert await page.input_value("#mould_no") == "M-2024-0117"
    assert await page.input_value("#order_no")
    assert await page.input_value("#mould_kind") == "INJECTION"
    await page.select_option("#channel", "HOTLINE")
    await page.fill("#contact_name", "张伟")
    await page.fill("#contact_phone", "+86 574 8765 4321")
    await page.fill("#raw_content_ref", "客户来电")
    await page.fill("#problem_description", "合模后分型面出现飞边")
    await send(page)
    assert "/cases/" in page.url, await page.inner_text("main")
    facts = await page.inner_text("section:has(#facts-title)")
    assert "M-2024-0117" in facts
    assert await page.get_attribute(".path .now", "aria-current") == "step"
    assert "首次响应" in await page.inner_text("a.wide-button")


async def test_a_file_that_came_with_a_refused_form_need_not_be_chosen_again(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "飞边.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + uuid4().bytes)
    await page.goto("/register?mould_id=M-2024-0117")
    await page.click("summary:has-text('渠道与补充信息')")
    await page.click("button[name='~add'][value=attachments]")
    await page.set_input_files("input[type=file]", photo)
    await page.select_option("#channel", "IM")
    await page.fill("#contact_name", "张伟")
    await page.fill("#raw_content_ref", "微信")
    await page.fill("#problem_description", "合模后分型面出现飞边")
    await send(page)
    assert await page.inner_text("#contact_phone-fault")
    assert "飞边.png" in await page.inner_text(".stored")
    await page.fill("#contact_phone", "+86 574 8765 4321")
    await send(page)
    assert "/cases/" in page.url, await page.inner_text("main")
    cell = page.locator("section:has(#timeline-title) td a.file")
    answer = await page.request.get(str(await cell.get_attribute("href")))
    assert await answer.body() == photo.read_bytes()


async def test_only_what_is_missing_is_asked_for_later(page: Page, specialist: Speaker) -> None:
    due = (datetime.now(UTC) + timedelta(hours=4)).isoformat()
    unknown = {"unknown": True, "reason": "没带资料"}
    told = await specialist.register(order_no=unknown, mould_spec=unknown, info_due_at=due)
    await page.goto(f"/cases/{told['id']}?after={told['sequence']}")
    await page.click("a:has-text('补充信息')")
    assert await page.locator("fieldset[id=fields] input").count() == 2
    await page.fill(field(page, "fields.order_no"), "SO-2024-553")
    await page.fill("#source", "客户邮件")
    await send(page)
    assert "SO-2024-553" in await page.inner_text("main")


async def test_a_mould_is_revised_and_handed_to_the_customer_of_a_number(page: Page, specialist: Speaker) -> None:
    numbers = [f"K-{uuid4().hex[:8]}" for _ in range(3)]
    owners = [await specialist.send("/customers", json.dumps(customer(customer_no=one))) for one in numbers[:2]]
    first, second = (answer.json()["id"] for answer in owners)
    told = (await specialist.send("/moulds", json.dumps(mould(first, mould_no=numbers[2])))).json()
    await page.goto(f"/moulds/{told['id']}/revise-mould")
    await page.fill(field(page, "fields.spec"), "4 腔")
    await page.fill(field(page, "fields.customer_id"), numbers[1])
    await send(page)
    assert await page.inner_text("#reason-fault")
    await page.fill("#reason", "设变后转卖")
    await send(page)
    assert f"/moulds/{told['id']}?after=" in page.url, await page.inner_text("main")
    assert "4 腔" in await page.inner_text("main")
    row = (await specialist.get(f"/moulds/{told['id']}", after=told["sequence"] + 1)).json()
    assert (row["spec"], row["customer_id"], row["model"]) == ("4 腔", second, "HT-88")


async def test_a_customer_gets_another_name_without_a_word_on_sites_or_contacts(
    page: Page, specialist: Speaker
) -> None:
    told = (await specialist.send("/customers", json.dumps(customer(customer_no=f"K-{uuid4().hex[:8]}")))).json()
    await page.goto(f"/customers/{told['id']}/revise-customer")
    await page.fill(field(page, "fields.customer_name"), "海天精工")
    await page.fill("#reason", "更名")
    await send(page)
    assert "/customers?after=" in page.url, await page.inner_text("main")
    assert "海天精工" in await page.inner_text("main")


async def test_several_photos_go_with_a_mould_that_comes_to_the_factory(
    page: Page, specialist: Speaker, supervisor: Speaker, tmp_path: Path
) -> None:
    photos = [tmp_path / f"装车{number}.png" for number in (1, 2, 3)]
    for photo in photos:
        photo.write_bytes(b"\x89PNG\r\n\x1a\n" + uuid4().bytes)
    told = await specialist.register()
    for speaker, action, body in (
        (specialist, "classify", classification()),
        (specialist, "request-onsite", return_request(zone="A")),
        (supervisor, "approve-onsite", return_approval(agreed_until=later(200))),
    ):
        answer = await speaker.send(f"/cases/{told['id']}/{action}", json.dumps(body))
        assert answer.status_code == 201, answer.text
    await page.goto(f"/cases/{told['id']}?after={answer.json()['sequence']}")
    assert await page.locator("a:has-text('确认上门')").count() == 0
    await page.click("a.wide-button:has-text('完成服务准备')")
    assert await page.locator(field(page, "technicians")).count() == 0
    await page.fill("#packing_list", "模具 1 副\n吊环 4 只")
    await page.set_input_files(field(page, "photos_out"), photos[:2])
    await send(page)
    assert await page.inner_text("#transport-fault")
    assert [(await one.inner_text()).strip() for one in await page.locator("label.stored").all()] == [
        f"已上传：{photo.name}（取消勾选即移除）" for photo in photos[:2]
    ]
    await page.uncheck("label.stored >> nth=0 >> input")
    await page.set_input_files(field(page, "photos_out"), photos[2:])
    await page.fill(field(page, "transport.carrier"), "顺达物流")
    await page.fill(field(page, "transport.pickup_at"), "2030-01-02T09:00:00")
    await send(page)
    assert page.url.split("?")[0].endswith(f"/cases/{told['id']}"), await page.inner_text("main")
    links = page.locator("section:has(#timeline-title) a.file")
    kept = [await (await page.request.get(str(await one.get_attribute("href")))).body() for one in await links.all()]
    assert kept == [photos[1].read_bytes(), photos[2].read_bytes()]


def later(hours: float) -> str:
    """An instant to come."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
