"""The registry of administration: one line a command."""

from services.administration import decide, decide_department, decide_levels
from shared.events.department import DepartmentAdded, DepartmentRemoved
from shared.events.policy import CalendarPublished, SlaPolicyPublished, VocabularyPublished
from shared.events.staff import (
    DelegateAppointed,
    DelegateRevoked,
    PersonRegistered,
    RoleGranted,
    SkillRecorded,
    UserAdded,
    UserDisabled,
)
from shared.store.identifiers import name_as_id
from shared.store.order import Command

COMMANDS = (
    Command(
        "AddUser",
        UserAdded,
        "staff",
        decide.add_user,
        decide.check_user,
        opens="always",
        number="user_name",
        new_id=name_as_id,
    ),
    Command("GrantRole", RoleGranted, "staff", decide.grant_role, decide.check_roles),
    Command("DisableUser", UserDisabled, "staff", decide.disable_user),
    Command("RegisterPerson", PersonRegistered, "staff", decide.register_person, decide.check_person, opens="may"),
    Command("RecordSkill", SkillRecorded, "staff", decide.record_skill),
    Command(
        "AppointDelegate",
        DelegateAppointed,
        "staff",
        decide.appoint_delegate,
        decide.check_delegate,
        may=decide.may_delegate,
    ),
    Command("RevokeDelegate", DelegateRevoked, "staff", decide.revoke_delegate, may=decide.may_delegate),
    Command(
        "AddDepartment",
        DepartmentAdded,
        "department",
        decide_department.add_department,
        decide_department.check_department,
        opens="always",
        number="name",
    ),
    Command("RemoveDepartment", DepartmentRemoved, "department", decide_department.remove_department),
    Command(
        "PublishSlaPolicy",
        SlaPolicyPublished,
        "policy",
        decide.publish,
        decide_levels.check_policy,
        decide_levels.calendar_named,
        opens="may",
    ),
    Command("PublishCalendar", CalendarPublished, "policy", decide.publish, decide.check_calendar, opens="may"),
    Command("PublishVocabulary", VocabularyPublished, "policy", decide.publish, decide.check_vocabulary, opens="may"),
)
