"""The bounded memory of chain heads that a reader verifies with."""

import pytest

from shared.events.envelope import IntegrityError, Recorded
from shared.store.chain import ChainHeads
from tests.contract.drafts import Writer


def events_of(writer: Writer, count: int) -> list[Recorded]:
    events: list[Recorded] = []
    for _ in range(count):
        draft = writer.draft()
        writer.stored(draft, len(events) + 1)
        events.append(Recorded(len(events) + 1, draft.subject, draft.payload))
    return events


def test_a_reader_from_the_first_event_needs_no_look_up() -> None:
    chain = ChainHeads(is_whole=True)
    for event in events_of(Writer(), 3):
        assert chain.unknown([event]) == {}
        chain.verify([event])


def test_a_reader_from_the_middle_asks_for_each_subject_once() -> None:
    chain = ChainHeads(is_whole=False)
    first, second, third = events_of(Writer(), 3)
    assert chain.unknown([second, third]) == {second.subject: second}
    chain.learn([first])
    chain.verify([second])
    assert chain.unknown([third]) == {}
    chain.verify([third])


def test_what_was_forgotten_is_asked_for_again() -> None:
    chain = ChainHeads(is_whole=True, kept=2)
    writers = [events_of(Writer(), 2) for _ in range(3)]
    for events in writers:
        chain.verify(events[:1])
    assert list(chain.unknown([events[1] for events in writers])) == [writers[0][0].subject]


def test_a_second_beginning_of_an_aggregate_is_refused_after_a_look_up() -> None:
    chain = ChainHeads(is_whole=False)
    writer = Writer()
    known = events_of(writer, 2)
    again = Recorded(9, writer.subject, writer.draft(version=1, prev="").payload)
    chain.learn(known[1:])
    with pytest.raises(IntegrityError):
        chain.verify([again])


def test_an_event_without_its_predecessor_is_refused() -> None:
    with pytest.raises(IntegrityError):
        ChainHeads(is_whole=True).verify(events_of(Writer(), 2)[1:])
