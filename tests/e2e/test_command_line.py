"""Every command of the command line against a running deployment: what it prints, and its exit code."""

import asyncio
import json
import os
import shlex
import signal
import sys
import termios
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from rich.cells import cell_len

from services.command_line.main import COMMANDS, run
from services.intake.projections.open_cases import OPEN_CASES
from tests.e2e.running import PROGRAM, ROOT, Ran, Up, environment, moldcare
from tests.e2e.speaking import signed_in
from tests.support.now import acknowledgement_now, report_now
from tests.waiting import until


@pytest.fixture(scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """The data folder of a running sample deployment."""
    running = Up(tmp_path_factory.mktemp("line") / "data", "--sample")
    try:
        yield (await running.ready()).data
    finally:
        await running.end()


async def send(data: Path, name: str, body: str, *more: str, user: str = "specialist") -> Ran:
    return await moldcare(data, "send", name, "--data", "-", "--as", user, "--json", *more, given=body)


@pytest.fixture(scope="module")
async def case_id(data: Path) -> str:
    """A case that was registered and acknowledged, in the lists already."""
    registered = await send(data, "RegisterFeedback", report_now())
    assert registered.code == 0, registered
    known = str(registered.told["id"])
    answered = await send(data, "AcknowledgeCase", acknowledgement_now(), "--id", known)
    assert answered.code == 0, answered

    async def is_listed() -> bool:
        found = await moldcare(data, "case", "show", known, "--json")
        return found.code == 0 and found.told["case"]["version"] == 2

    await until(is_listed)
    return known


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run([name, "--help"]) == 0
    assert f"Usage: moldcare {name}" in capsys.readouterr().out


def test_what_is_not_built_is_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert not {"audit", "export", "process", "webhook"} & set(capsys.readouterr().out.split())
    assert run(["audit"]) == 2


ASKING = [
    ("events",),
    ("events", "--follow", "--case", "0000-00000"),
    ("case", "list"),
    ("case", "show", "0000-00000"),
    ("metrics", "--period", "2026-10"),
    ("rebuild", "open_cases"),
    ("heal", "0000-00000"),
    ("status",),
    ("provision",),
    ("serve", "intake"),
    ("user", "list"),
    ("user", "add", "li-na", "--role", "SALES", "--as", "admin"),
    ("user", "disable", "li-na", "--reason", "left", "--as", "admin"),
    ("send", "Classify", "--data", "/dev/null", "--as", "specialist"),
    ("file", "put", __file__),
]
"""Commands that need servers."""


async def test_without_servers_a_command_says_so_in_one_sentence(tmp_path: Path) -> None:
    # All in one process: most of a short command's time is its start.
    program = f"from services.command_line.main import run\nfor one in {ASKING}: print(run(list(one)))"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(tmp_path),
        cwd=ROOT,
    )
    out, complaint = await process.communicate()
    assert out.decode().split() == ["1"] * len(ASKING)
    sentences = complaint.decode().splitlines()
    assert len(sentences) == len(ASKING)
    assert [one for one in sentences if "moldcare up" not in one] == []
    said = await moldcare(tmp_path, "case", "list", "--json")
    assert (list(said.told), said.code, said.complaint) == (["error"], 1, "")
    assert "moldcare up" in await moldcare(tmp_path, "doctor")


@pytest.mark.parametrize(
    "arguments",
    [
        ("metrics", "--period", "October"),
        ("metrics", "--period", "2026-13"),
        ("metrics", "--period", "2026-10", "--by", "weather"),
        ("case", "list", "--view", "lost"),
        ("case", "list", "--as-of", "yesterday"),
        ("events", "--type", "Nothing"),
        ("rebuild",),
        ("rebuild", "open_cases", "--until", "5", "--swap"),
        ("send", "Classify", "--data", "/nowhere", "--as", "specialist"),
        ("file", "put", "/nowhere"),
        ("import", "/nowhere", "--format", "mail"),
        ("up", "--only", "weather"),
        ("serve", "weather"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert run(list(arguments)) == 2
    assert capsys.readouterr().err.startswith("moldcare: ")


async def test_a_command_sent_twice_is_answered_with_the_first_answer(data: Path) -> None:
    key, body = str(uuid4()), report_now()
    first = await send(data, "RegisterFeedback", body, "--command-id", key)
    second = await send(data, "RegisterFeedback", body, "--command-id", key)
    assert first.code == second.code == 0
    assert first.told == second.told
    other = await send(data, "RegisterFeedback", report_now(order_no="SO-9"), "--command-id", key)
    assert (other.code, other.told["code"]) == (1, "V-KEY")


@pytest.mark.parametrize(
    ("name", "body", "user", "more", "code"),
    [
        ("RegisterFeedback", "{}", "specialist", (), "V-REQ"),
        ("RegisterFeedback", "{", "specialist", (), "H-400"),
        ("RegisterFeedback", "{}", "nobody", (), "H-401"),
        ("RegisterFeedback", " " * 1_100_000, "specialist", (), "H-413"),
        ("Nonsense", "{}", "specialist", (), "H-404"),
        ("AcknowledgeCase", "{}", "specialist", ("--id", "0000-00000"), "H-404"),
        ("AddUser", "{}", "specialist", (), "A-ROLE"),
    ],
)
async def test_a_refused_command_names_its_code_and_ends_with_1(
    data: Path, name: str, body: str, user: str, more: tuple[str, ...], code: str
) -> None:
    refused = await send(data, name, body, *more, user=user)
    assert (refused.code, refused.told["code"]) == (1, code)


async def test_a_stored_file_has_one_reference_however_often_it_is_put(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "照片.txt"
    path.write_text("分型面", encoding="utf-8")
    first, second = [await moldcare(data, "file", "put", str(path)) for _ in range(2)]
    assert first == second
    assert first.startswith("sha256:")


async def test_a_case_is_listed_shown_and_shown_as_it_was(data: Path, case_id: str) -> None:
    listed = (await moldcare(data, "case", "list", "--json")).told
    assert case_id in [one["case_id"] for one in listed["items"]]
    shown = (await moldcare(data, "case", "show", case_id, "--json")).told
    assert [one["type"] for one in shown["events"]] == ["FeedbackReceived", "CaseAcknowledged"]
    before = str(shown["events"][0]["sequence"])
    then = (await moldcare(data, "case", "show", case_id, "--as-of", before, "--json")).told
    assert (then["case"]["version"], then["case"]["acknowledged_at"]) == (1, None)
    assert case_id in await moldcare(data, "case", "show", case_id)
    assert (await moldcare(data, "case", "show", "0000-00000")).code == 1


async def test_the_log_is_told_one_event_a_line(data: Path, case_id: str) -> None:
    everything = [json.loads(line) for line in (await moldcare(data, "events")).splitlines()]
    assert [one["sequence"] for one in everything] == list(range(1, len(everything) + 1))
    own = [json.loads(line) for line in (await moldcare(data, "events", "--case", case_id)).splitlines()]
    assert [one["meta"]["type"] for one in own] == ["FeedbackReceived", "CaseAcknowledged"]
    span = await moldcare(data, "events", "--from", "2", "--to", "5", "--type", "SlaPolicyPublished,UserAdded")
    assert [json.loads(line)["sequence"] for line in span.splitlines()] == [3, 5]
    moment = everything[3]["meta"]["recorded_at"]
    late = await moldcare(data, "events", "--from", moment)
    assert json.loads(late.splitlines()[0])["meta"]["recorded_at"] >= moment


async def test_the_figures_say_how_many_cases_stand_behind_them(data: Path, case_id: str) -> None:
    shown = (await moldcare(data, "case", "show", case_id, "--json")).told["case"]["received_at"]
    found = (await moldcare(data, "metrics", "--period", shown[:4], "--by", "urgency,channel", "--json")).told
    assert found["total"]["response_time"]["n"] >= 1
    assert found["total"]["received"] == sum(group["received"] for group in found["groups"])
    printed = await moldcare(data, "metrics", "--period", shown[:4])
    assert [number for number in ("M-01", "M-04", "M-07", "M-08", "M-10") if number not in printed] == []
    then = (await moldcare(data, "metrics", "--period", shown[:4], "--as-of", "2020-01-01T00:00:00Z", "--json")).told
    assert then["total"]["received"] == 0


async def test_status_shows_every_read_model_at_the_head(data: Path, case_id: str) -> None:
    async def is_level() -> bool:
        status = (await moldcare(data, "status", "--json")).told
        return {one["lag"] for one in status["projections"]} == {0} and {one["lag"] for one in status["reactors"]} == {
            0
        }

    await until(is_level, seconds=60)
    assert "open_cases" in await moldcare(data, "status")


async def test_the_doctor_finds_the_set_up_sound_but_the_sample_mixed_with_real_cases(data: Path, case_id: str) -> None:
    examined = await moldcare(data, "doctor", "--json")
    assert [one["check"] for one in examined.told if not one["is_sound"]] == ["示例 sample"]
    assert examined.code == 1


async def test_a_rebuild_differs_in_nothing_and_is_swapped_in(data: Path, case_id: str) -> None:
    compared = await moldcare(data, "rebuild", "--all", "--json")
    assert compared.code == 0, compared.complaint
    assert {(d["added"], d["dropped"], d["changed"]) for one in compared.told if (d := one["difference"])} == {
        (0, 0, 0)
    }
    swapped = await moldcare(data, "rebuild", "open_cases", "--swap", "--json")
    assert swapped.code == 0
    assert swapped.told[0]["table"] != OPEN_CASES.table_name(1)
    assert (await moldcare(data, "case", "show", case_id)).code == 0
    until_then = await moldcare(data, "rebuild", "open_cases", "--until", "3", "--json")
    assert until_then.told[0]["position"] == 3
    assert (await moldcare(data, "rebuild", "weather")).code == 1


async def test_a_case_is_healed_in_every_read_model_that_holds_cases(data: Path, case_id: str) -> None:
    healed = await moldcare(data, "heal", case_id, "--json")
    assert healed.code == 0, healed.complaint
    assert {one["unparked"] for one in healed.told["healed"]} == {0}
    assert (await moldcare(data, "heal", "0000-00000")).code == 1
    assert (await moldcare(data, "heal", case_id, "--projection", "weather")).code == 1


async def test_provision_finds_nothing_left_to_do(data: Path) -> None:
    assert (await moldcare(data, "provision", "--check", "--json")).told == {"faults": []}
    assert (await moldcare(data, "provision", "--json")).told == {"made": []}


async def test_messages_are_imported_once(data: Path, tmp_path: Path) -> None:
    message = "From: 李工 <li@kunde.example>\nMessage-ID: <line-1@kunde.example>\nSubject: 模具漏水\n\n水路漏水。\n"
    (tmp_path / "one.eml").write_text(message, encoding="utf-8")
    first = await moldcare(data, "import", str(tmp_path), "--format", "mail", "--json")
    assert (first.code, first.told["totals"]["registered"]) == (0, 1), first.complaint
    again = await moldcare(data, "import", str(tmp_path), "--format", "mail", "--json")
    assert again.told["totals"]["already_there"] == 1
    assert again.told["files"][0]["case_id"] == first.told["files"][0]["case_id"]


async def test_a_user_is_added_listed_and_disabled(data: Path) -> None:
    added = await moldcare(data, "user", "add", "li-na", "--role", "specialist,sales", "--as", "admin", "--json")
    assert (added.code, added.told["id"]) == (0, "li-na"), added.complaint
    url = json.loads((data / "run" / "servers.json").read_bytes())["console_url"]

    async def listed() -> list[tuple[list[str], bool]]:
        items = (await moldcare(data, "user", "list", "--json")).told["items"]
        return [(one["roles"], one["is_active"]) for one in items if one["aggregate_id"] == "li-na"]

    async def is_listed() -> bool:
        return await listed() == [(["SPECIALIST", "SALES"], True)]

    await until(is_listed)
    async with signed_in(url, "li-na", added.told["password"]):
        pass
    again = await moldcare(data, "user", "add", "li-na", "--role", "SALES", "--as", "admin", "--json")
    assert (again.code, again.told["code"]) == (1, "V-DUP")
    refused = await moldcare(data, "user", "disable", "li-na", "--reason", "left", "--as", "li-na")
    assert (refused, refused.code, "A-ROLE" in refused.complaint) == ("", 1, True)
    assert (await moldcare(data, "user", "disable", "li-na", "--reason", "left", "--as", "admin")).code == 0

    async def is_disabled() -> bool:
        return await listed() == [(["SPECIALIST", "SALES"], False)]

    await until(is_disabled)


async def test_users_and_cases_are_completed_where_a_deployment_runs(data: Path, case_id: str) -> None:
    for typed, value in (
        ("send Classify --as spec", "specialist"),
        (f"case show {case_id[:3]}", case_id),
        (f"events --case {case_id[:3].upper()}", case_id),
    ):
        asked = {"_MOLDCARE_COMPLETE": "bash_complete", "COMP_WORDS": f"moldcare {typed}"}
        ran = await moldcare(data, **asked, COMP_CWORD=str(len(typed.split())))
        assert (f"plain,{value}" in ran.splitlines(), ran.complaint) == (True, ""), typed


async def test_a_case_that_is_not_there_has_no_events(data: Path) -> None:
    ran = await moldcare(data, "events", "--case", "0000-00000")
    assert (ran, ran.code) == ("", 1)


@pytest.mark.parametrize("arguments", ["events", "events --follow", "case list", "--help"])
async def test_a_reader_that_has_had_enough_is_no_fault(data: Path, arguments: str) -> None:
    line = f"set -o pipefail; {shlex.join(PROGRAM)} {arguments} | head -n 1 >/dev/null"
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", line, stderr=asyncio.subprocess.PIPE, env=environment(data), cwd=ROOT
    )
    async with asyncio.timeout(60):
        _, complaint = await process.communicate()
    assert (process.returncode, complaint) == (0, b"")


@pytest.mark.parametrize("arguments", [("events",), ("events", "--json"), ("user", "list"), ("--version",)])
async def test_what_cannot_be_written_is_told(data: Path, arguments: Sequence[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, *arguments, stdout=full, stderr=asyncio.subprocess.PIPE, env=environment(data), cwd=ROOT
        )
        _, complaint = await process.communicate()
    assert (process.returncode, complaint.decode().count("\n")) == (1, 1), complaint.decode()
    assert "cannot be read or written" in complaint.decode()


async def test_ctrl_c_ends_a_waiting_command_without_a_word(data: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        # A shell's background job, as a suite may be one, is born deaf to Ctrl-C, and so are its children.
        *("env", "--default-signal=INT", *PROGRAM),
        *("events", "--follow"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(data),
        cwd=ROOT,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        _, complaint = await process.communicate()
    assert (process.returncode, complaint) == (130, b"")


async def test_at_a_terminal_a_table_fits_it(data: Path, case_id: str) -> None:
    own, other = os.openpty()
    termios.tcsetwinsize(other, (24, 60))
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "case", "list", stdout=other, env=environment(data, NO_COLOR="1"), cwd=ROOT
    )
    os.close(other)
    await process.wait()
    lines = os.read(own, 65536).decode().splitlines()
    os.close(own)
    assert any(line.startswith(case_id) for line in lines)
    assert [line for line in lines if cell_len(line) > 60 or "\x1b" in line] == []
