"""Tables of master data as people send them."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

CUSTOMER_HEADINGS = (
    *("customer_no", "customer_name", "language", "key_account", "contacts.1.name", "contacts.1.phone"),
    *("sites.1.site", "sites.1.address", "sites.1.zone", "sites.1.time_zone"),
)
MOULD_HEADINGS = ("mould_no", "mould_name", "kind", "model", "spec", "customer_id", "order_no", "delivery_date")


def customer_row(number: int, **changes: str) -> list[str]:
    """A customer with a person of his own and one site."""
    cells = {
        "customer_no": f"C-{number}",
        "customer_name": f"塑料制品有限公司 {number}",
        "language": "zh",
        "key_account": "false",
        "contacts.1.name": f"张伟{number}",
        "contacts.1.phone": f"+86 139 {number:08d}",
        "sites.1.site": "一厂",
        "sites.1.address": "宁波",
        "sites.1.zone": "A",
        "sites.1.time_zone": "Asia/Shanghai",
        **changes,
    }
    return [cells[name] for name in CUSTOMER_HEADINGS]


def mould_row(number: int, owner: str, **changes: str) -> list[str]:
    """A mould of the customer of this number."""
    cells = {
        "mould_no": f"M-{number}",
        "mould_name": "前大灯壳体",
        "kind": "INJECTION",
        "model": "HT-88",
        "spec": "2 腔",
        "customer_id": owner,
        "order_no": f"SO-{number}",
        "delivery_date": "2024-06-30",
        **changes,
    }
    return [cells[name] for name in MOULD_HEADINGS]


def as_csv(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a file; no cell of them holds a delimiter or a quote."""
    return "".join(f"{delimiter.join(row)}\r\n" for row in rows).encode(encoding)


def as_workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of these sheets; a cell that begins with `=` is a formula with the value 7."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_numbers": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                match cell:
                    case date() | datetime():
                        sheet.write_datetime(line, place, cell, day)
                    case str() if cell.startswith("="):
                        sheet.write_formula(line, place, cell, None, 7)
                    case str() if cell:
                        sheet.write_string(line, place, cell)
                    case int() | float():
                        sheet.write_number(line, place, cell)
    book.close()
    return content.getvalue()
