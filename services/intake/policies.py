"""What follows when a case goes into another one, and when it comes out again. Pure."""

from collections.abc import Sequence
from typing import Any

from shared.case.state import Case, is_known, report_of
from shared.events.case.ends import CaseMarkedDuplicate, DuplicateUnmarked
from shared.events.case.intake import FeedbackReceived
from shared.events.envelope import Recorded
from shared.reactors.policy import Consequence, Policy, Reaction
from shared.store.order import Known
from shared.texts.catalogue import sentence


def absorb(recorded: Recorded, event: CaseMarkedDuplicate, case: Case, known: Known) -> Sequence[Reaction]:
    """The master takes the report in: who reported, how and when. Texts stay sealed until they are sent."""
    report = report_of(case)
    times = {"received_at": report.received_at, "relay_received_at": report.relay_received_at}
    return (
        _told(
            event.master_case_id,
            recorded,
            "AbsorbDuplicate",
            {
                "from_case_id": recorded.aggregate_id,
                "channel": report.channel.value,
                **{name: value.isoformat() for name, value in times.items() if value is not None},
                "reporter": _reporter(report),
            },
        ),
    )


def _reporter(report: FeedbackReceived) -> dict[str, Any]:
    nobody = sentence("mail", "sender_unknown").both
    contact = report.contact_phone or (report.contact_email if is_known(report.contact_email) else nobody)
    return {"name": report.contact_name if is_known(report.contact_name) else nobody, "contact": contact}


def release(recorded: Recorded, event: DuplicateUnmarked, case: Case, known: Known) -> Sequence[Reaction]:
    """The master lets the report go."""
    if case.intake.released_from is None:
        return ()
    body = {"from_case_id": recorded.aggregate_id}
    return (_told(case.intake.released_from, recorded, "ReleaseDuplicate", body),)


def _told(master: str, recorded: Recorded, command: str, body: dict[str, Any]) -> Consequence:
    return Consequence(
        key=f"merge:{recorded.aggregate_id}:{recorded.meta.version}",
        essence=master,
        service="intake",
        command=command,
        aggregate_id=master,
        body=body,
    )


POLICIES = (
    Policy("absorb-duplicates", frozenset({"CaseMarkedDuplicate"}), absorb, first_position=0),
    Policy("release-duplicates", frozenset({"DuplicateUnmarked"}), release, first_position=0),
)
