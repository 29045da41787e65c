"""Whose key seals what in which aggregate, and which files and raw messages are claimed with it."""

from shared.case.facts.intake import IntakeFacts
from shared.case.state import Case
from shared.events.case.intake import InfoSupplemented, SuppliedFields
from shared.events.shapes import Unknown
from shared.people.identity import UNCLAIMED
from shared.people.memory import MemoryKeyStore
from shared.people.sealer import EventSealer, references_of
from tests.unit.test_people_sealing import people, report

SUBJECT = "evt.case.abcd-efghj"


class Messages:
    async def raw_objects(self, position: int) -> tuple[str, ...]:
        return ("raw.email.x", "sha256:x") if position == 7 else ()


async def test_a_report_is_sealed_for_its_contact_and_says_who_that_is() -> None:
    ring = people()
    sealed = await EventSealer(ring, Messages()).seal_for(SUBJECT, report(), Case(), "王先生说得晚")
    person = ring.person_id("13800138000", None)
    assert sealed.fields["contact_id"] == person
    assert sealed.late_reason is not None
    assert sealed.late_reason.startswith(f"sealed:1:{person}:")


async def test_what_follows_in_a_case_is_sealed_for_the_same_person() -> None:
    ring = people()
    case = Case(intake=IntakeFacts(report=report(contact_id="first")))
    supplement = InfoSupplemented(fields=SuppliedFields(contact_name="李"), source="电话")
    sealed = await EventSealer(ring, Messages()).seal_for(SUBJECT, supplement, case, None)
    assert sealed.fields["source"].startswith("sealed:1:first:")
    assert sealed.late_reason is None


async def test_a_report_without_a_contact_way_has_a_key_of_its_own() -> None:
    ring = people()
    nobody = report(contact_phone=None, contact_email=Unknown(unknown=True, reason="没说"))
    sealed = await EventSealer(ring, Messages()).seal_for(SUBJECT, nobody, Case(), None)
    assert sealed.fields["contact_id"] == ring.stand_in(SUBJECT)


async def test_files_and_the_raw_message_are_claimed_for_the_person_and_stay_readable() -> None:
    kept = MemoryKeyStore()
    ring = people(kept)
    event = report(raw_content_ref="raw:7")
    photo = event.attachments[0].file_ref
    keys = {name: await ring.ring.make_object_key(name) for name in (photo, "raw.email.x")}
    assert set(kept.objects[photo]) == {UNCLAIMED}
    sealed = await EventSealer(ring, Messages()).seal_for(SUBJECT, event, Case(), None)
    for name, key in keys.items():
        assert set(kept.objects[name]) == {sealed.fields["contact_id"]}
        assert await ring.ring.object_key(name) == key


async def test_an_object_whose_persons_lost_their_keys_can_be_stored_anew() -> None:
    kept = MemoryKeyStore()
    first = await people(kept).ring.make_object_key("sha256:1", "gone")
    kept.persons.clear()
    assert await people(kept).ring.make_object_key("sha256:1") != first
    assert set(kept.objects["sha256:1"]) == {UNCLAIMED}


def test_an_event_tells_every_file_it_names() -> None:
    event = report(raw_content_ref="sha256:" + "1" * 64)
    assert set(references_of(event)) == {("content", "sha256:" + "1" * 64), ("file", "sha256:" + "0" * 64)}
