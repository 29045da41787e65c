"""Letters: every placeholder is filled in both languages, a firm's own versions count, and faults are named."""

import re
from pathlib import Path

import pytest

from services.followup.letters.contents import COPIES, STEPS
from services.followup.letters.policies import write_letters
from services.followup.letters.preview import OWN, faults, placeholders, previews
from services.followup.letters.templates import BadLetter, letters, letters_in
from shared.events.catalogue import decode
from shared.events.vocabulary import CaseState
from shared.store.cache import Aggregates
from shared.store.order import Known
from shared.texts.catalogue import catalogue
from tests.support.desk import Desk
from tests.support.past import happened, triaged
from tests.support.samples import acknowledgement, at, customer


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(OWN))
def test_a_letter_is_filled_in_both_languages_and_says_what_every_letter_says(name: str, language: str) -> None:
    (one,) = previews(None, name, language)
    assert one.fault == ""
    assert one.letter == f"{name}.1.{language}"
    assert not re.search(r"[{}]|None|undefined", one.text)
    assert bool(re.search(r"[\u4e00-\u9fff]", one.text)) is (language == "zh")
    for said in ("z96q-rsy14", "2026-11-25 14:00 (Asia/Shanghai)", "[z96q-rsy14]", "M-2024-0117"):
        assert said in one.text
    assert "\n\n\n" not in one.text


def test_every_letter_that_is_sent_has_a_template_and_every_template_is_sent() -> None:
    assert {one.template for one in COPIES.values()} | {"state", "progress"} == set(OWN) == set(letters().names)


@pytest.mark.parametrize("state", list(CaseState))
def test_every_state_has_a_next_step(state: CaseState) -> None:
    assert catalogue("letters")[f"next.{state}"].zh != catalogue("letters")[f"next.{state}"].en


def test_a_firms_higher_version_counts_and_a_lower_one_does_not(tmp_path: Path) -> None:
    (tmp_path / "state.2.en.txt").write_text("News of {{ case_id }}: {{ state }}.")
    assert previews(tmp_path, "state", "en")[0].letter == "state.2.en"
    assert previews(tmp_path, "state", "en")[0].text == "News of z96q-rsy14: Triaged.\n"
    assert previews(tmp_path, "state", "zh")[0].letter == "state.1.zh"
    assert list(faults(tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("state.2.en.txt", "{{ price }}", "state.2.en: 'price' is undefined"),
        ("state.2.en.txt", "{{ case_id", "state.2.en: "),
        ("state.2.en.txt", "{{ case_id.__class__.__mro__ }}", "state.2.en: access to attribute '__class__'"),
        ("greeting.1.en.txt", "Hi", "greeting: "),
        ("state-2-en.txt", "Hi", "state-2-en.txt: "),
    ],
)
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (tmp_path / name).write_text(text)
    assert [one[: len(fault)] for one in faults(tmp_path)] == [fault]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadLetter, match="MOLDCARE_LETTERS"):
        letters_in(tmp_path / "missing")


async def written(desk: Desk, case_id: str, place: int = -1) -> list[dict[str, object]]:
    """The commands that the event at this place of a case asks for."""
    folded = await Aggregates(desk.store).get(f"evt.case.{case_id}")
    recorded = (await desk.events(case_id))[place]
    known = {}
    if folded.state.intake.report.customer_id:
        name = folded.state.intake.report.customer_id
        known[f"customer.{name}"] = (await Aggregates(desk.store).get(f"evt.customer.{name}")).state
    found = write_letters(recorded, decode(recorded), folded.state, Known(known))
    return [one.body for one in found]  # type: ignore[union-attr]


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


async def test_a_letter_is_written_in_the_customers_language_and_time_zone_and_its_people_stay_sealed(
    desk: Desk,
) -> None:
    site = {"site": "Plant 1", "address": "Hamburg", "zone": "OVERSEAS", "time_zone": "Europe/Berlin"}
    answer = await desk.send("RegisterCustomer", customer(language="en", sites=[site]))
    case_id = await desk.register(
        customer_id=answer.body["id"], contact_name="Jo Miller", contact_email="jo@plant.example", received_at=at(0)
    )
    await desk.send("AcknowledgeCase", acknowledgement(ack_at=at(0), next_contact_at=at(3)), to=case_id)
    (body,) = await written(desk, case_id)
    text = str(body["text"])
    assert "2026-11-23 08:00 (Europe/Berlin)" in text
    assert "Jo Miller" not in text
    assert "工程师将在两小时内回电" not in text, "what a person wrote is sealed too"
    assert str(body["to"]).startswith("sealed:1:")
    opened = (await desk.people.open_body(text.encode().join([b'"', b'"']).replace(b"\n", b"\\n"))).decode()
    assert "Dear Jo Miller," in opened
    assert "工程师将在两小时内回电" in opened


async def test_nothing_is_written_to_somebody_without_an_address_about_the_past_or_of_an_import(desk: Desk) -> None:
    without = await desk.register(received_at=at(0))
    await desk.send("AcknowledgeCase", acknowledgement(ack_at=at(0)), to=without)
    assert await written(desk, without) == []
    late = await desk.register(contact_email="a@b.cn", received_at=at(0))
    desk.later(hours=30)
    body = {**acknowledgement(ack_at=at(0), next_contact_at=at(3)), "late_reason": "补录"}
    assert (await desk.send("AcknowledgeCase", body, to=late)).status == 201
    assert await written(desk, late) == []


async def test_the_steps_of_a_long_session_come_in_several_letters(desk: Desk) -> None:
    case_id = await desk.register(contact_email="a@b.cn", received_at=at(0))
    await happened(desk, case_id, triaged())
    step = {"seq": 1, "kind": "ADJUST", "action": "保压调至 95", "target": "保压", "before": "80", "after": "95"}
    steps = [{**step, "unit": "bar", "seq": number, "observed": "无变化"} for number in range(1, STEPS + 2)]
    body = {
        "mode": "PHONE",
        "started_at": at(0),
        "ended_at": at(0),
        "our_people": ["engineer"],
        "customer_people": [{"name": "张伟", "role": "设备主管"}],
        "conversation_summary": "逐步调整保压",
        "steps": steps,
        "outcome": "PARTIAL",
    }
    await happened(desk, case_id, ("RemoteSessionLogged", body))
    first, second = await written(desk, case_id)
    assert str(first["text"]).count("80 → 95 bar") == STEPS
    assert str(second["text"]).count("80 → 95 bar") == 1
    assert "第 2 / 2 部分" in str(second["text"])


def test_a_writer_of_templates_is_told_what_may_stand_in_each() -> None:
    assert "process_explained" in placeholders("acknowledgement")
    assert "case_id" in placeholders("progress")
