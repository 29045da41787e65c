"""Who may send the commands of the aggregates that are no cases: the rows beside the life cycle's table."""

from shared.case.lifecycle import rows
from shared.events.vocabulary import Role

_DESK = frozenset({Role.SPECIALIST, Role.SUPERVISOR, Role.SALES, Role.SYSTEM})
_ADMINISTRATION = frozenset({Role.ADMIN, Role.SYSTEM})
_SET_UP = frozenset({Role.SUPERVISOR, Role.ADMIN})
_PUBLISHING = frozenset({Role.SPECIALIST, Role.SUPERVISOR, Role.ADMIN})
_DOING = frozenset({Role.ENGINEER, Role.DEPT})
_JUDGING = frozenset({Role.SUPERVISOR, Role.ANALYST})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "CustomerRegistered": _DESK,
    "CustomerRevised": _DESK,
    "MouldRegistered": _DESK,
    "MouldMoved": _DESK,
    "MouldScrapped": _DESK,
    "ShotsReported": frozenset(
        {Role.SPECIALIST, Role.SUPERVISOR, Role.ENGINEER, Role.TECHNICIAN, Role.CUSTOMER, Role.SALES}
    ),
    "CustomerServiceStarted": _PUBLISHING,
    "ChannelRegistered": _SET_UP,
    "ChannelRevised": _SET_UP,
    "ChannelStatusChanged": _SET_UP | {Role.SYSTEM},
    "ChannelNoticeSent": _PUBLISHING,
    "DepartmentAdded": _ADMINISTRATION,
    "DepartmentRemoved": _ADMINISTRATION,
    "ImprovementOpened": frozenset({Role.SPECIALIST, Role.SUPERVISOR, Role.ANALYST}),
    "ImprovementPlanned": _DOING,
    "ImprovementActionDone": _DOING,
    "ImprovementVerified": _JUDGING,
    "ImprovementClosed": _JUDGING,
    "ImprovementReopened": _JUDGING,
    "ImprovementRejected": frozenset({Role.SUPERVISOR}),
    "QualityReportDrafted": frozenset({Role.ANALYST}),
    "QualityReportReviewed": _JUDGING | {Role.DEPT},
    "QualityReportIssued": frozenset({Role.SUPERVISOR}),
    "MouldRevised": _DESK,
    "WarrantyTermsSet": frozenset({Role.SUPERVISOR, Role.SALES}),
    "UserAdded": _ADMINISTRATION,
    "RoleGranted": _ADMINISTRATION,
    "UserDisabled": _ADMINISTRATION,
    "PersonRegistered": frozenset({Role.SUPERVISOR, Role.ADMIN}),
    "SkillRecorded": frozenset({Role.SUPERVISOR, Role.ADMIN}),
    "DelegateAppointed": frozenset({Role.SUPERVISOR}),
    "DelegateRevoked": frozenset({Role.SUPERVISOR}),
    "SlaPolicyPublished": frozenset({Role.SUPERVISOR, Role.SYSTEM}),
    "CalendarPublished": frozenset({Role.SUPERVISOR, Role.ADMIN, Role.SYSTEM}),
    "VocabularyPublished": frozenset({Role.SUPERVISOR, Role.ADMIN, Role.SYSTEM}),
}


def permitted(event: str) -> frozenset[Role]:
    """The roles that may ever send the command of this event, in whatever state."""
    return PERMISSIONS.get(event) or frozenset(role for row in rows(event) for role in row.roles)
