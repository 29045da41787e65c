"""A calendar is shown, drafted from a table, published, and asked for; who looks is told where official days end."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.command_line.output import SHOWN_IN
from tests.calendars.seed import FILE
from tests.e2e.running import Up, moldcare
from tests.e2e.speaking import signed_in
from tests.waiting import until


@pytest.fixture
async def firm(tmp_path: Path) -> AsyncIterator[Up]:
    running = Up(tmp_path / "data", "--sample")
    try:
        yield await running.ready()
    finally:
        await running.end()


async def test_a_calendar_is_drafted_published_and_asked_and_a_missing_notice_is_told(firm: Up, tmp_path: Path) -> None:
    table, draft, today = tmp_path / "days.csv", tmp_path / "draft.json", datetime.now(SHOWN_IN).date()
    shown = await moldcare(firm.data, "calendar", "show")
    assert json.loads(shown) == json.loads(FILE.read_bytes())

    table.write_text(f"date,kind\n{today},special\nsoon,holiday\n{today},party\n")
    refused = await moldcare(firm.data, "calendar", "import", str(table), "-o", str(draft))
    assert (refused.code, draft.exists()) == (1, False)
    assert [line.split()[1] for line in refused.complaint.splitlines()] == ["3:date", "4:kind"]

    table.write_text(f"date,kind,intervals\n{today},special,00:00-24:00\n")
    drafting = ("calendar", "import", str(table), "-o", str(draft), "--provisional-from", str(today))
    drafted = await moldcare(firm.data, *drafting)
    assert drafted.code == 0, drafted
    assert drafted.complaint.splitlines()[0].startswith(f"{today}  ")

    published = await moldcare(firm.data, "calendar", "publish", str(draft), "--as", "supervisor", "--json")
    assert (published.code, published.told["version"]) == (0, 2), published.complaint
    by_nobody = await moldcare(firm.data, "calendar", "publish", str(draft), "--as", "technician", "--json")
    assert (by_nobody.code, by_nobody.told["code"]) == (1, "A-ROLE")

    query = json.dumps({"id": 1, "op": "is_open", "start": f"{today}T03:00:00+08:00"})
    assert json.loads(await moldcare(firm.data, "calendar", "evaluate", given=query)) == {"id": 1, "result": True}

    await told_by_all(firm, str(today))
    later = today + timedelta(days=90)
    await moldcare(firm.data, *drafting[:-1], str(later))
    confirmed = await moldcare(firm.data, "calendar", "publish", str(draft), "--as", "admin", "--json")
    assert (confirmed.code, confirmed.told["version"]) == (0, 3), confirmed.complaint
    await told_by_all(firm, None)


async def told_by_all(firm: Up, day: str | None) -> None:
    """Status, doctor and the first page of a supervisor say that official days are missing from this day on, or not."""
    status = (await moldcare(firm.data, "status", "--json")).told
    assert status["calendar"]["unconfirmed_from"] == day
    findings = (await moldcare(firm.data, "doctor", "--json")).told
    (finding,) = (one for one in findings if one["check"].endswith("calendar"))
    assert (finding["is_sound"], finding["is_warning"]) == (True, day is not None)
    async with signed_in(firm.url, "supervisor") as supervisor, signed_in(firm.url, "specialist") as specialist:

        async def is_told() -> bool:
            page = (await supervisor.client.get("/")).text
            return ('role="status"' in page and day in page) if day is not None else 'role="status"' not in page

        await until(is_told)
        assert 'role="status"' not in (await specialist.client.get("/")).text
