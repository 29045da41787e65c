"""Who may send the commands of the aggregates that are no cases: the rows beside the life cycle's table."""

from shared.case.lifecycle import rows
from shared.events.vocabulary import Role

_DESK = frozenset({Role.SPECIALIST, Role.SUPERVISOR, Role.SALES, Role.SYSTEM})
_ADMINISTRATION = frozenset({Role.ADMIN, Role.SYSTEM})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "CustomerRegistered": _DESK,
    "CustomerRevised": _DESK,
    "MouldRegistered": _DESK,
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
    "VocabularyPublished": frozenset({Role.SUPERVISOR, Role.ADMIN, Role.SYSTEM}),
}


def permitted(event: str) -> frozenset[Role]:
    """The roles that may ever send the command of this event, in whatever state."""
    return PERMISSIONS.get(event) or frozenset(role for row in rows(event) for role in row.roles)
