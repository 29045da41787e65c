"""Rules as data: every version of service levels, a calendar or a vocabulary, and which one is in force when."""

from datetime import datetime

from msgspec import Struct

from shared.events.envelope import Meta
from shared.events.policy import CalendarPublished, SlaPolicyPublished, VocabularyPublished

Published = SlaPolicyPublished | VocabularyPublished | CalendarPublished


class Policy(Struct, frozen=True):
    """All published versions under one name, oldest first; all of one kind."""

    versions: tuple[Published, ...] = ()

    @property
    def newest(self) -> int:
        """The number of the newest version, 0 when none was published."""
        return self.versions[-1].version if self.versions else 0

    def version(self, number: int) -> Published | None:
        """The version with this number, None when there is none."""
        return next((one for one in self.versions if one.version == number), None)

    def in_force(self, at: datetime) -> Published | None:
        """The newest version that had taken effect at `at`, None before the first."""
        return next((one for one in reversed(self.versions) if one.effective_from <= at), None)


def fold(policy: Policy, event: Published, meta: Meta) -> Policy:
    """The policy after one more version."""
    return Policy((*policy.versions, event))
