"""Facts of a training: who learned what, and the list they signed (B-32)."""

from msgspec import Struct

from shared.events.shapes import FileRef, Instant, Note, PersonalShort, PersonName, Short, UserName


class Trainee(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's person who was trained, and in which role."""

    name: PersonName
    role: PersonalShort


class TrainingRecorded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer's people were trained; it takes the place of the trial run (B-32)."""

    participants: list[Trainee]
    topics: list[Short]
    started_at: Instant
    ended_at: Instant
    trainer: UserName
    test_result: Note | None = None
    signed_list_ref: FileRef
