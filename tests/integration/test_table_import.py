"""Tables of customers and moulds go through the real services: each row once, whatever is repeated or at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.command_line.compose import services
from services.command_line.ground import Ground
from services.command_line.stages import tables
from services.intake.stage import STAGE
from shared.events.catalogue import decode
from shared.events.customer import CustomerRegistered
from shared.events.envelope import Recorded, subject_of
from shared.runtime.imported_rows import ImportedRow, RowTotals, row_totals
from shared.runtime.settings import Settings
from shared.store.identifiers import id_of_number
from shared.store.jetstream import JetStreamStore
from tests.support.tables import CUSTOMER_HEADINGS, MOULD_HEADINGS, as_csv, as_workbook, customer_row, mould_row


class Registers:
    """The service of the registers on the test's servers, and tables that are taken in."""

    def __init__(self, here: Ground, store: JetStreamStore, folder: Path) -> None:
        self.here = here
        self.store = store
        self.folder = folder
        self.left = b""

    async def take(self, kind: str, content: bytes, *, source: str = "erp", dry: bool = False) -> list[ImportedRow]:
        """The ends of a table; `left` holds its refused rows as a file."""
        path = self.folder / "table"
        path.write_bytes(content)
        async with tables()[kind](self.here, path, source=source, is_rehearsed=dry) as table:
            ends = [one async for one in table.run()]
            self.left = table.refused(ends)
        return ends

    async def customers(self, *rows: list[str], **more: Any) -> RowTotals:
        return row_totals(await self.take("customers-csv", as_csv(CUSTOMER_HEADINGS, *rows), **more))

    async def events(self, kind: str, number: str) -> list[Recorded]:
        return await self.store.load(subject_of(kind, id_of_number(number)))

    async def types(self, kind: str, number: str) -> list[str]:
        return [recorded.meta.type for recorded in await self.events(kind, number)]


@pytest.fixture
async def registers(deployment: Settings, tmp_path: Path) -> AsyncIterator[Registers]:
    async with services(deployment, [STAGE]) as running:
        yield Registers(running.ground, running.store, tmp_path)


def codes(end: ImportedRow) -> dict[str, str]:
    return {one.heading: one.code for one in end.errors}


async def test_a_table_is_taken_in_once_and_what_changes_becomes_an_event_each_time(registers: Registers) -> None:
    rows = [customer_row(number) for number in range(1, 31)]
    assert await registers.customers(*rows) == RowTotals(30, 30, 0, 0, 0)
    assert await registers.customers(*rows) == RowTotals(30, 0, 0, 30, 0)
    assert await registers.store.last() == 30
    changed = customer_row(7, **{"customer_name": "海天精工"})
    assert await registers.customers(*rows[:6], changed, *rows[7:]) == RowTotals(30, 0, 1, 29, 0)
    assert await registers.customers(*rows) == RowTotals(30, 0, 1, 29, 0)
    first, second, third = await registers.events("customer", "C-7")
    assert decode(second).fields.customer_name == "海天精工"
    assert decode(third).fields.customer_name == decode(first).customer_name
    assert await registers.store.last() == 32


async def test_an_imported_event_says_so_and_its_contact_is_sealed(registers: Registers) -> None:
    await registers.customers(customer_row(1))
    (recorded,) = await registers.events("customer", "C-1")
    meta = recorded.meta
    assert (meta.origin, meta.actor, meta.actor_role) == ("import", "system", "SYSTEM")
    assert (meta.import_batch or "").startswith("customer:")
    assert [clear for clear in ("张伟", "139") if clear in str(recorded.raw)] == []
    opened = await registers.here.people.open_raw(CustomerRegistered, recorded.raw)
    assert (opened["contacts"][0]["name"], opened["contacts"][0]["phone"]) == ("张伟1", "+86 139 00000001")


async def test_another_phone_of_a_contact_is_a_change_and_another_order_of_columns_is_none(
    registers: Registers,
) -> None:
    await registers.customers(customer_row(1), customer_row(2))
    turned = as_csv(CUSTOMER_HEADINGS[::-1], customer_row(1)[::-1], encoding="gb18030", delimiter=";")
    assert row_totals(await registers.take("customers-csv", turned)) == RowTotals(1, 0, 0, 1, 0)
    other = customer_row(2, **{"contacts.1.phone": "+86 138 11112222"})
    (end,) = await registers.take("customers-csv", as_csv(CUSTOMER_HEADINGS, other))
    assert (end.outcome, end.changed) == ("changed", ("contacts",))


async def test_moulds_of_a_workbook_are_registered_with_their_warranty(registers: Registers) -> None:
    await registers.customers(customer_row(1001, customer_no="1001"))
    headings = [*("模具编号", "模具名称", "模具类别", "型号", "规格", "客户编号", "订单号", "交付日期", "型腔数")]
    headings += [*("图纸.1.图号", "图纸.1.版次", "质保起算日", "质保起算依据", "质保月数", "质保除外.1", "合同编号")]
    day = date(2024, 6, 30)
    row = [
        "00123",
        "前大灯壳体",
        "注塑模",
        "HT-88",
        "=3+4",
        1001,
        "SO-1",
        day,
        2,
        "D-1",
        "A",
        day,
        "验收",
        12,
        "顶针",
        "HT-1",
    ]
    content = as_workbook(模具=[headings, row], 附注=[["x"]])
    (end,) = await registers.take("moulds-xlsx", content)
    assert end.outcome == "new", end.errors
    registered, terms = [decode(one) for one in await registers.events("mould", "00123")]
    assert (registered.mould_no, registered.spec, registered.kind, registered.cavities) == (
        "00123",
        "7",
        "INJECTION",
        2,
    )
    assert (registered.delivery_date, registered.drawings[0].doc_id) == (day, "D-1")
    assert registered.customer_id == id_of_number("1001")
    assert (terms.start, terms.start_basis, terms.months, terms.exclusions) == (day, "ACCEPTANCE", 12, ["顶针"])
    assert row_totals(await registers.take("moulds-xlsx", content)) == RowTotals(1, 0, 0, 1, 0)
    row[headings.index("质保月数")] = 24
    (longer,) = await registers.take("moulds-xlsx", as_workbook(A=[headings, row]))
    assert (longer.outcome, await registers.types("mould", "00123")) == (
        "changed",
        ["MouldRegistered", "WarrantyTermsSet", "WarrantyTermsSet"],
    )


async def test_a_mould_names_its_customer_by_number_or_by_id(registers: Registers) -> None:
    await registers.customers(customer_row(1))
    rows = [mould_row(1, "C-1"), mould_row(2, id_of_number("C-1")), mould_row(3, "C-404")]
    ends = await registers.take("moulds-csv", as_csv(MOULD_HEADINGS, *rows))
    assert [one.outcome for one in ends] == ["new", "new", "refused"]
    assert codes(ends[2]) == {"customer_id": "V-REF"}


async def test_refused_rows_come_back_with_every_reason_and_are_taken_in_when_corrected(registers: Registers) -> None:
    faulty = customer_row(2, **{"language": "德语", "contacts.1.phone": "12", "sites.1.zone": ""})
    again = customer_row(1, customer_no="ｃ-1", customer_name="=1+1")
    ends = await registers.take("customers-csv", as_csv(CUSTOMER_HEADINGS, customer_row(1), faulty, again))
    assert [one.outcome for one in ends] == ["new", "refused", "refused"]
    assert codes(ends[1]) == {"language": "V-ENUM", "contacts.1.phone": "V-FMT", "sites.1.zone": "V-REQ"}
    assert codes(ends[2]) == {"customer_no": "V-DUP"}
    assert "2" in ends[2].errors[0].message
    left = registers.left.decode("utf-8-sig")
    assert "与第 2 行编号相同 / has the number of row 2" in left
    assert "'=1+1" in left
    mended = (
        left.replace("德语", "zh")
        .replace(",12,", ",13900000002,")
        .replace(",宁波,,", ",宁波,A,")
        .replace("ｃ-1", "C-3")
    )
    ends = await registers.take("customers-csv", mended.encode("utf-8-sig"))
    assert [one.outcome for one in ends] == ["new", "new"], ends
    assert decode((await registers.events("customer", "C-3"))[0]).customer_name == "=1+1"


async def test_a_dry_run_tells_what_would_happen_and_writes_nothing(registers: Registers) -> None:
    await registers.customers(customer_row(1), customer_row(2))
    rows = [customer_row(1), customer_row(2, customer_name="海天"), customer_row(3), customer_row(4, language="x")]
    async with registers.here.pool.connection() as connection:
        count = "select count(*) from keys.person_key"
        keys = await (await connection.execute(count)).fetchone()
        table = as_csv(CUSTOMER_HEADINGS, *rows)
        rehearsed = await registers.take("customers-csv", table, dry=True)
        assert await (await connection.execute(count)).fetchone() == keys
    assert [(one.outcome, one.changed) for one in rehearsed[:2]] == [("unchanged", ()), ("changed", ("customer_name",))]
    assert [one.outcome for one in rehearsed[2:]] == ["new", "refused"]
    assert await registers.store.last() == 2
    assert await registers.take("customers-csv", table) == rehearsed
    moulds = as_csv(
        (*MOULD_HEADINGS, "start", "start_basis", "months", "contract_ref"),
        [*mould_row(1, "C-1"), "2024-07-01", "DELIVERY", "12", "HT-1"],
    )
    (one,) = await registers.take("moulds-csv", moulds, dry=True)
    assert (one.outcome, one.errors, await registers.types("mould", "M-1")) == ("new", (), [])


@pytest.mark.parametrize("source", ["erp", "crm"])
async def test_two_imports_at_once_append_nothing_twice(registers: Registers, source: str) -> None:
    await registers.customers(*[customer_row(number) for number in range(1, 11)], source="before")
    rows = as_csv(CUSTOMER_HEADINGS, *[customer_row(number, customer_name=f"新 {number}") for number in range(1, 41)])

    async def take(source: str) -> list[ImportedRow]:
        path = registers.folder / source
        path.write_bytes(rows)
        async with tables()["customers-csv"](registers.here, path, source=source, is_rehearsed=False) as table:
            return [one async for one in table.run()]

    both = await asyncio.gather(take("erp"), take(source))
    sums = [row_totals(ends) for ends in both]
    assert [one.refused for one in sums] == [0, 0], both
    assert (sum(one.new for one in sums), sum(one.changed for one in sums)) == (30, 10)
    assert await registers.store.last() == 10 + 40


async def test_a_row_with_what_no_register_can_hold_is_refused_alone(registers: Registers) -> None:
    rows = [
        customer_row(1, customer_name="海\0天"),
        customer_row(2, **{"sites.1.address": "长" * 400_000}),
        customer_row(3, **{"sites.1.time_zone": "Mars"}),
        customer_row(4, customer_no=""),
        customer_row(5),
    ]
    ends = await registers.take("customers-csv", as_csv(CUSTOMER_HEADINGS, *rows))
    assert [list(codes(one).values()) for one in ends] == [["V-FMT"], ["H-413"], ["V-ENUM"], ["V-REQ"], []]
    assert row_totals(ends) == RowTotals(5, 1, 0, 0, 4)


async def test_a_table_of_headings_alone_holds_no_rows(registers: Registers) -> None:
    assert await registers.customers() == RowTotals(0, 0, 0, 0, 0)
