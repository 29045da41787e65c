"""Everything is killed in turn while eight clients write: nothing acknowledged is lost, nothing stands twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from services.command_line.seeding import ADMIN
from services.command_line.stages import SERVICES
from tests.e2e.accounts import check_mails, check_numbers, the_log
from tests.e2e.firm import PEOPLE, SERVERS, Firm, open_firm
from tests.e2e.numbered import Book, Writer
from tests.e2e.refolded import assert_read_models_are_as_refolded
from tests.e2e.running import moldcare
from tests.e2e.speaking import signed_in
from tests.e2e.walks import PDF
from tests.waiting import until

pytestmark = pytest.mark.alone
CLIENTS = 8
NUMBERS = 5_000
MAILS = 400
SEED = 1
MAILING = (*SERVERS, "intake")
MAIL = "From: {name} <{name}@plant.example>\nMessage-ID: <{name}@plant.example>\nSubject: leak\n\nThe mould leaks.\n"
ENDED_BY_KILL = -9


@pytest.fixture
async def firm(tmp_path: Path) -> AsyncIterator[Firm]:
    async with open_firm(tmp_path / "firm") as opened:
        yield opened


async def test_everything_is_killed_in_turn_and_what_was_acknowledged_stands_once_and_in_order(
    firm: Firm, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    mails = written(tmp_path / "mails")
    mailing = firm.start("import", ["import", str(mails), "--format", "mail", "--json"], wanted=0)
    book = Book(NUMBERS)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for writer in await writers(stack, firm, book):
            tasks.create_task(writer.work())
        caught = await kill_in_turn(firm, book)
    files = (await mailing.done())["files"]
    assert_only_killed(firm)
    again = await moldcare(firm.settings.data, "import", str(mails), "--format", "mail", "--json")
    assert again.told["totals"]["already_there"] == len(files) == MAILS
    await assert_read_models_are_as_refolded(firm.settings.data)
    entries = await the_log(firm.settings.access("service"))
    in_doubt = check_numbers(entries, book.told, book.given_up)
    check_mails(entries, files)
    assert set((await firm.close()).values()) == {0}
    record_property(
        "told",
        f"{len(book.told)} of {NUMBERS} numbers acknowledged to {CLIENTS} clients, {len(caught)} kills "
        f"({', '.join(caught)}), {book.repeated} answers in doubt, {in_doubt} of {len(book.given_up)} given up stand, "
        f"{len(files)} mails, none lost, none twice",
    )


def written(folder: Path) -> Path:
    """A folder of messages."""
    folder.mkdir()
    for number in range(MAILS):
        (folder / f"{number:04}.eml").write_text(MAIL.format(name=f"m{number}"))
    return folder


async def writers(stack: AsyncExitStack, firm: Firm, book: Book) -> list[Writer]:
    """The clients, each with connections of its own, all with the same sign-ins."""
    tokens: dict[str, str] = {}
    for user in (*PEOPLE, ADMIN):
        speaker = await stack.enter_async_context(signed_in(firm.url, user))
        tokens[user] = speaker.client.headers["Authorization"].removeprefix("Bearer ")
    stored = await speaker.client.post("/api/v1/files", content=PDF, headers={"Content-Type": "application/pdf"})
    assert stored.status_code == 201, stored.text
    clients = [await stack.enter_async_context(httpx2.AsyncClient(base_url=firm.url)) for _ in range(CLIENTS)]
    file_ref = stored.json()["file_ref"]
    return [Writer(place, book, client, tokens, file_ref) for place, client in enumerate(clients)]


async def kill_in_turn(firm: Firm, book: Book) -> dict[str, int]:
    """Each once, at its share of the numbers, while requests to it are under way; how many were."""
    chance, rest = random.Random(SEED), [name for name in SERVICES if name not in MAILING]
    # What the import needs goes while it runs, for it ends by itself.
    plan = ["import", *chance.sample(MAILING, len(MAILING)), *chance.sample(rest, len(rest))]
    caught: dict[str, int] = {}
    for turn, name in enumerate(plan, start=1):
        share = NUMBERS * turn // (len(plan) + 1)
        book.free = NUMBERS * (turn + 1) // (len(plan) + 1)

        async def is_its_turn(share: int = share, name: str = name) -> bool:
            return book.settled >= share and under_way(book, name) > 0

        await until(is_its_turn, seconds=90, step=0.001)
        caught[name] = under_way(book, name)
        is_back = firm.kill(name)

        async def stands_again(is_back: Callable[[], bool] = is_back) -> bool:
            return is_back()

        await until(stands_again, seconds=60)
    return caught


def under_way(book: Book, name: str) -> int:
    """How many requests wait for an answer that needs this one."""
    return book.asked[name] if name in book.asked else sum(book.asked.values())


def assert_only_killed(firm: Firm) -> None:
    """Services live through the death of servers and of each other; only the import may end and begin again."""
    ends = {name: firm.programs[name].ends for name in SERVICES}
    assert ends == {name: [ENDED_BY_KILL] for name in SERVICES}
    assert ENDED_BY_KILL in firm.programs["import"].ends
    for program in firm.programs.values():
        for said in program.path("err").parent.glob("*.err"):
            assert "Traceback" not in said.read_text(), said.read_text()
