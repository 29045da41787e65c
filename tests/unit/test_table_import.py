"""Tables of customers and moulds as they are read: headings, cells, and what a row says beside the register."""

from datetime import date, datetime
from typing import Any

import pytest

from services.intake.tables.cells import CellFault, text_of
from services.intake.tables.columns import column_of, columns_of, leaves_of
from services.intake.tables.csv_file import csv_bytes
from services.intake.tables.deciding import faults_of, first_step, terms_step
from services.intake.tables.registers import CUSTOMERS, MOULDS, Register
from services.intake.tables.rows import Said, said_by
from services.intake.tables.sheet import NoTable, Row, Sheet
from services.intake.tables.standings import Standing
from services.intake.tables.wiring import sheet_in
from shared.events.mould import MouldRegistered, WarrantyTermsSet
from shared.events.vocabulary import MouldKind, StartBasis
from tests.support.tables import CUSTOMER_HEADINGS, MOULD_HEADINGS, as_csv, as_workbook, customer_row, mould_row

MOULD = MouldRegistered(
    mould_no="M-1",
    mould_name="前大灯壳体",
    kind=MouldKind.INJECTION,
    model="HT-88",
    spec="2 腔",
    customer_id="abcd-efghj",
    order_no="SO-1",
    delivery_date=date(2024, 6, 30),
    cavities=2,
)
TERMS = WarrantyTermsSet(start=date(2024, 7, 1), start_basis=StartBasis.DELIVERY, months=12, contract_ref="HT-1")


def said(register: Register, **cells: Any) -> Said:
    """What a row of these cells says, by headings."""
    return said_by(register, columns_of(register, list(cells)), Row(2, tuple(cells.values())))


def table(content: bytes, register: Register = CUSTOMERS, form: str = "csv") -> Sheet:
    return sheet_in(register, form, content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_and_the_delimiter_of_a_text_are_found(delimiter: str, encoding: str) -> None:
    sheet = table(as_csv(CUSTOMER_HEADINGS, customer_row(1), delimiter=delimiter, encoding=encoding))
    assert sheet.headings == CUSTOMER_HEADINGS
    assert sheet.rows == (Row(2, tuple(customer_row(1))),)


def test_blank_rows_are_passed_over_and_counted() -> None:
    sheet = table(as_csv(["", ""], CUSTOMER_HEADINGS, [" "], customer_row(1), [], customer_row(2)))
    assert [row.number for row in sheet.rows] == [4, 6]


def test_a_line_break_inside_a_cell_belongs_to_its_row() -> None:
    sheet = table('customer_no,customer_name\r\nC-1,"一厂\n二厂, 宁波"\r\nC-2,x\r\n'.encode())
    assert sheet.rows == (Row(2, ("C-1", "一厂\n二厂, 宁波")), Row(3, ("C-2", "x")))


@pytest.mark.parametrize(
    ("content", "form", "told"),
    [
        (b"", "csv", "empty"),
        (b"\r\n , \r\n", "csv", "empty"),
        (b"\xff\xff\xff", "csv", "GB18030"),
        (b"customer_no\r\nC-1\r\n", "xlsx", "workbook"),
        (as_workbook(A=[]), "xlsx", "empty"),
    ],
)
def test_what_is_no_table_is_told_as_such(content: bytes, form: str, told: str) -> None:
    with pytest.raises(NoTable, match=told):
        table(content, form=form)


def test_text_of_sixteen_bits_without_its_mark_has_no_known_heading() -> None:
    sheet = table(as_csv(CUSTOMER_HEADINGS, encoding="utf-16-le"))
    with pytest.raises(NoTable, match="unknown"):
        columns_of(CUSTOMERS, sheet.headings)


def test_a_cell_as_long_as_a_book_is_read_and_left_to_the_rules() -> None:
    long = "长" * 400_000
    (row,) = table(as_csv(["customer_no", "customer_name"], ["C-1", long])).rows
    assert row.cells[1] == long


def test_a_workbook_gives_values_of_its_first_sheet_only() -> None:
    rows = [
        [],
        ["mould_no", "delivery_date", "cavities"],
        ["00123", date(2024, 6, 30), "=3+4"],
        ["", "", ""],
        [1001, "", 2],
    ]
    sheet = table(as_workbook(模具=rows, 说明=[["不读"]]), MOULDS, "xlsx")
    assert sheet.passed_over == ("说明",)
    assert sheet.rows == (Row(3, ("00123", date(2024, 6, 30), 7.0)), Row(5, (1001.0, "", 2.0)))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1001.0, "1001"),
        (13800138000.0, "13800138000"),
        (0.1, "0.1"),
        ("1001.0", "1001.0"),
        (" 00123 ", "00123"),
        (True, "TRUE"),
        (date(2024, 6, 30), "2024-06-30"),
        (datetime(2024, 6, 30, 12, 30), "2024-06-30 12:30:00"),
    ],
)
def test_a_number_that_stands_for_a_text_is_one(cell: Any, text: str) -> None:
    assert text_of(cell) == text


def test_a_number_that_has_lost_its_last_digits_is_refused() -> None:
    with pytest.raises(CellFault, match="digits_lost"):
        text_of(1.380013800012346e17)
    assert [fault.text for fault in said(MOULDS, mould_no=1.380013800012346e17).faults] == ["digits_lost"]


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("kind", "注塑模", "INJECTION"),
        ("kind", "injection", "INJECTION"),
        ("kind", "泥模", "泥模"),
        ("cavities", 2.0, 2),
        ("cavities", "2", 2),
        ("cavities", "2.0", 2),
        ("cavities", "两", "两"),
        ("cavities", 2.5, "2.5"),
        ("delivery_date", "2024/6/3", "2024-06-03"),
        ("delivery_date", "2024年6月3日", "2024-06-03"),
        ("delivery_date", "2024.06.03", "2024-06-03"),
        ("delivery_date", datetime(2024, 6, 3, 0, 0), "2024-06-03"),
        ("delivery_date", "3.6.2024", "3.6.2024"),
        ("model", "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("model", 88.0, "88"),
    ],
)
def test_a_cell_is_read_as_its_field_is_meant(name: str, cell: Any, value: Any) -> None:
    assert said(MOULDS, mould_no="M-1", **{name: cell}).fields[name] == value


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("否", False), (True, True), (0.0, False), ("maybe", "maybe")]
)
def test_yes_and_no_are_read_in_both_languages(cell: Any, value: Any) -> None:
    assert said(CUSTOMERS, customer_no="C-1", key_account=cell).fields["key_account"] == value


@pytest.mark.parametrize("cell", ["未知", "不详", "unknown", "unknown: nobody asked"])
def test_a_register_holds_no_unknown_value(cell: str) -> None:
    row = said(MOULDS, mould_no="M-1", spec=cell)
    assert [(fault.text, fault.field) for fault in row.faults] == [("no_unknown_in_register", "spec")]


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("customer_no", ("customer_no",)),
        ("客户编号", ("customer_no",)),
        ("Customer Number", ("customer_no",)),
        ("contacts.2.name", ("contacts", 2, "name")),
        ("联系人2姓名", ("contacts", 2, "name")),
        ("联系人.12.姓名", ("contacts", 12, "name")),
        ("ｓｉｔｅｓ.1.time_zone", ("sites", 1, "time_zone")),
        ("原因", ("reason",)),
    ],
)
def test_a_heading_is_the_name_of_a_field_or_its_label(heading: str, path: tuple[Any, ...]) -> None:
    column = column_of(CUSTOMERS, heading)
    assert column is not None
    assert column.path == path


def test_a_mould_names_its_customer_by_number() -> None:
    for heading in ("customer_id", "customer_no", "客户编号", "所属客户（客户编号）"):
        column = column_of(MOULDS, heading)
        assert column is not None
        assert column.path == ("customer_id",)


@pytest.mark.parametrize("register", [CUSTOMERS, MOULDS])
def test_no_label_means_two_columns(register: Register) -> None:
    leaves = leaves_of(register)
    for spelled in ("zh", "en"):
        labels = [tuple(getattr(label, spelled) for label in leaf.labels) for leaf in leaves]
        assert len(set(labels)) == len(labels)


def test_every_wrong_heading_is_named_and_those_that_exist() -> None:
    with pytest.raises(NoTable) as refused:
        columns_of(MOULDS, ["mould_name", "colour", "型号", "model", "person_id", "#note", ""])
    told = str(refused.value)
    assert "unknown: colour, person_id; doubled: model; missing: mould_no" in told
    assert "drawings.1.doc_id" in told
    assert "exclusions.1" in told


def test_entries_of_a_list_close_up_and_keep_their_headings() -> None:
    row = said(
        CUSTOMERS, **{"customer_no": "C-1", "contacts.3.name": "李", "contacts.1.name": "", "contacts.2.name": "王"}
    )
    assert row.fields == {"contacts": [{"name": "王"}, {"name": "李"}]}
    assert row.headings["contacts[1].name"] == "contacts.3.name"


def test_cells_beyond_the_headings_and_a_missing_number_are_faults_of_the_row() -> None:
    columns = columns_of(MOULDS, ["mould_no", "model"])
    faults = said_by(MOULDS, columns, Row(2, ("", "HT-88", "", "x"))).faults
    assert [(fault.code, fault.text) for fault in faults] == [("V-FMT", "cells_without_heading"), ("V-REQ", "missing")]


def test_a_free_number_is_registered_and_a_known_one_revised_where_it_differs() -> None:
    row = said(MOULDS, mould_no="M-1", model="HT-99", spec="2 腔", cavities="")
    opened = first_step(MOULDS, row, Standing(), "import")
    assert opened is not None
    assert (opened.command, opened.base, opened.body) == (
        "RegisterMould",
        0,
        {"mould_no": "M-1", "model": "HT-99", "spec": "2 腔"},
    )
    revised = first_step(MOULDS, row, Standing(4, MOULD), "import")
    assert revised is not None
    assert (revised.command, revised.base, revised.changed) == ("ReviseMould", 4, ("model",))
    assert revised.body == {"fields": {"model": "HT-99"}, "reason": "import"}
    assert first_step(MOULDS, said(MOULDS, mould_no="m-1", model="HT-88", cavities=2.0), Standing(4, MOULD), "") is None


def test_a_warranty_is_set_where_it_differs_and_keeps_what_the_row_does_not_say() -> None:
    same = said(MOULDS, mould_no="M-1", start="2024-07-01", months=12.0)
    assert terms_step(MOULDS, same, Standing(2, MOULD, TERMS)) is None
    longer = terms_step(MOULDS, said(MOULDS, mould_no="M-1", months="24"), Standing(2, MOULD, TERMS))
    assert longer is not None
    assert (longer.body["months"], longer.body["contract_ref"], longer.changed) == (24, "HT-1", ("months",))


def test_a_faulty_warranty_refuses_the_row_with_whatever_its_fields_lack_too() -> None:
    row = said(MOULDS, mould_no="M-1", model="HT-88", start="2024-07-01", start_basis="验收", contract_ref="HT-1")
    told = {fault.field: fault.code for fault in faults_of(MOULDS, row, Standing())}
    assert told["months"] == "V-REQ"
    assert told["mould_name"] == told["delivery_date"] == "V-REQ"
    assert faults_of(MOULDS, said(MOULDS, mould_no="M-1", model="HT-88"), Standing()) == ()


def test_text_stays_text_in_a_spreadsheet_and_comes_back_as_it_was() -> None:
    cells = ["=1+1", "+86 139", "-5", "@x", "'quoted", "'=x", "plain", ""]
    content = csv_bytes([["customer_no", *[f"contacts.{n}.name" for n in range(1, 9)]], ["C-1", *cells]])
    assert b"\xef\xbb\xbfcustomer_no" in content
    assert b"'=1+1,'+86 139,'-5,'@x,''quoted,''=x,plain," in content
    assert table(content).rows[0].cells == ("C-1", *cells)


def test_rows_of_a_mould_table_read_like_its_headings() -> None:
    sheet = table(as_csv(MOULD_HEADINGS, mould_row(1, "C-1")), MOULDS)
    row = said_by(MOULDS, columns_of(MOULDS, sheet.headings), sheet.rows[0])
    assert (row.number, row.fields["customer_id"], row.terms, row.faults) == ("M-1", "C-1", {}, [])
