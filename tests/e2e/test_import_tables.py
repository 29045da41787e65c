"""`moldcare import` of tables against a running deployment: what it answers, its exit code, and what a kill leaves."""

import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.command_line.ground import ground, opened_log
from shared.events.envelope import subject_of
from shared.runtime.settings import settings_of
from shared.store.identifiers import id_of_number
from tests.e2e.running import PROGRAM, ROOT, Up, environment, moldcare
from tests.support.tables import CUSTOMER_HEADINGS, MOULD_HEADINGS, as_csv, as_workbook, customer_row, mould_row
from tests.waiting import until


@pytest.fixture(scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """The data folder of a running deployment."""
    running = Up(tmp_path_factory.mktemp("tables") / "data")
    try:
        yield (await running.ready()).data
    finally:
        await running.end()


def written(path: Path, *rows: list[str]) -> Path:
    path.write_bytes(as_csv(CUSTOMER_HEADINGS, *rows))
    return path


async def test_totals_and_refused_rows_are_told_and_kept_beside_the_file(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "客户.csv", customer_row(1), customer_row(2, language="德语"), customer_row(3))
    ran = await moldcare(data, "import", str(path), "--format", "customers-csv", "--json")
    assert ran.code == 1, ran.complaint
    assert ran.told["totals"] == {"rows": 3, "new": 2, "changed": 0, "unchanged": 0, "refused": 1}
    (refused,) = ran.told["refused"]
    assert (refused["row"], refused["number"]) == (3, "C-2")
    assert [(one["heading"], one["code"]) for one in refused["errors"]] == [("language", "V-ENUM")]
    left = Path(ran.told["refused_file"])
    assert left == tmp_path / "客户.refused.csv"
    assert left.stat().st_mode & 0o077 == 0
    left.write_bytes(left.read_bytes().replace("德语".encode(), b"en"))
    again = await moldcare(data, "import", str(left), "--format", "customers-csv", "--json")
    assert (again.code, again.told["totals"]["new"], again.told["refused_file"]) == (0, 1, None)
    assert "张伟" not in ran + ran.complaint


async def test_an_earlier_file_of_refused_rows_is_not_written_over(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", customer_row(11, language="x"))
    (tmp_path / "a.refused.csv").write_text("mended by hand")
    ran = await moldcare(data, "import", str(path), "--format", "customers-csv")
    assert (ran.code, (tmp_path / "a.refused.csv").read_text()) == (1, "mended by hand")
    assert str(tmp_path / "a.refused-2.csv") in ran
    there = tmp_path / "there.csv"
    ran = await moldcare(data, "import", str(path), "--format", "customers-csv", "--refused", str(there))
    assert "V-ENUM" in ran
    assert there.exists()


async def test_a_dry_run_says_that_it_is_one_and_which_sheets_are_passed_over(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    path.write_bytes(as_workbook(A=[MOULD_HEADINGS, mould_row(1, "C-404")], B=[]))
    ran = await moldcare(data, "import", str(path), "--format", "moulds-xlsx", "--dry-run", "--json")
    assert (ran.code, ran.told["dry_run"], ran.told["passed_over_sheets"]) == (1, True, ["B"])
    assert [one["code"] for one in ran.told["refused"][0]["errors"]] == ["V-REF"]
    assert (await moldcare(data, "import", str(path), "--format", "moulds-xlsx", "--json")).told["dry_run"] is False


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"customer_name,colour\r\nx,y\r\n", "colour"), (b"\xff\xff\xff", "GB18030")],
)
async def test_a_file_that_is_no_table_is_told_in_one_sentence(
    data: Path, tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    ran = await moldcare(data, "import", str(tmp_path / "x.csv"), "--format", "customers-csv")
    assert ran.code == 1
    assert told in ran + ran.complaint


@pytest.mark.parametrize(
    "arguments",
    [(".", "--format", "customers-csv"), (".", "--format", "mail", "--dry-run"), (__file__, "--format", "cars-csv")],
)
async def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert (await moldcare(tmp_path, "import", *arguments)).code == 2


async def test_an_import_that_is_killed_goes_on_where_it_stopped(data: Path, tmp_path: Path) -> None:
    rows = 800
    numbers = range(1000, 1000 + rows)
    path = written(tmp_path / "many.csv", *[customer_row(number) for number in numbers])
    arguments = ["import", str(path), "--format", "customers-csv", "--json"]
    async with ground(settings_of({}, data), "service") as here, opened_log(here) as log:
        before = await log.last()
        killed = subprocess.Popen(
            [*PROGRAM, *arguments],
            env=environment(data),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        async def is_under_way() -> bool:
            assert killed.poll() is None, "it was done before it was killed"
            return await log.last() > before + 20

        await until(is_under_way, seconds=60)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        ran = await moldcare(data, *arguments)
        assert (ran.code, ran.told["totals"]["rows"]) == (0, rows)
        assert 0 < ran.told["totals"]["unchanged"] < rows
        assert await log.last() == before + rows
        for number in (numbers[0], numbers[-1]):
            subject = subject_of("customer", id_of_number(f"C-{number}"))
            assert len(await log.load(subject)) == 1
