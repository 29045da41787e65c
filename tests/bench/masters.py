"""Tables of customers and moulds taken in by `moldcare import` beside the whole product, read models and all."""

import asyncio
import csv
import os
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from time import perf_counter

import msgspec

from tests.bench.living import product
from tests.bench.measure import Line

TARGET = 50_000
"""Rows a minute."""
_CUSTOMERS = (
    *("customer_no", "customer_name", "language", "key_account", "contacts.1.name", "contacts.1.title"),
    *("contacts.1.phone", "contacts.1.email", "sites.1.site", "sites.1.address", "sites.1.zone", "sites.1.time_zone"),
)
_MOULDS = (
    *("mould_no", "mould_name", "kind", "model", "spec", "customer_id", "order_no", "delivery_date", "cavities"),
    *("guaranteed_shots", "drawings.1.doc_id", "drawings.1.revision"),
)


async def lines(folder: Path, rows: int) -> AsyncIterator[Line]:
    """New customers, each with a person of his own, then new moulds, then the moulds again, every hundredth changed."""
    async with product(folder / "data"):
        tables = (
            (
                "customers",
                "customers, new",
                _written(folder / "customers.csv", _CUSTOMERS, map(_customer, range(rows))),
            ),
            (
                "moulds",
                "moulds, new",
                _written(folder / "moulds.csv", _MOULDS, (_mould(n, "2 腔") for n in range(rows))),
            ),
            ("moulds", "moulds again, 1 of 100 changed", _written(folder / "again.csv", _MOULDS, _again(rows))),
        )
        for kind, told, path in tables:
            seconds = await _imported(folder / "data", f"{kind}-csv", path, rows)
            pace = 60 * rows / seconds
            yield Line(
                f"import of {rows} rows: {told}", f"{pace:.0f}/min", "", "", f">= {TARGET}/min", reached=pace >= TARGET
            )


def _written(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def _customer(number: int) -> list[str]:
    person = [f"联系人{number}", "设备主管", f"+86 139 {number:08d}", f"c{number}@plant.example"]
    site = ["一厂", f"宁波市北仑区 {number} 号", "A", "Asia/Shanghai"]
    return [f"K-{number:06d}", f"塑料制品有限公司 {number}", "zh", "否", *person, *site]


def _mould(number: int, spec: str) -> list[str]:
    owner = [f"K-{number:06d}", f"SO-{number}", "2024-06-30"]
    return [f"M-{number:06d}", "前大灯壳体", "INJECTION", "HT-88", spec, *owner, "2", "500000", f"D-{number}", "A"]


def _again(rows: int) -> Iterable[list[str]]:
    return (_mould(number, "4 腔" if number % 100 == 0 else "2 腔") for number in range(rows))


async def _imported(data: Path, kind: str, path: Path, rows: int) -> float:
    """Seconds of the whole command, from its start to its end."""
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.command_line.main", "import", str(path), "--format", kind, "--json"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "MOLDCARE_DATA": str(data)},
    )
    out, _ = await process.communicate()
    seconds = perf_counter() - began
    told = msgspec.json.decode(out)
    assert process.returncode == 0, told["refused"][:3]
    assert told["totals"]["rows"] == rows
    return seconds
