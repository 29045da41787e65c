"""Values that rules branch on, as enums. Codes are stored; their Chinese and English names are catalogue texts."""

from enum import StrEnum


class Role(StrEnum):
    """Who may act; one person may hold several."""

    SPECIALIST = "SPECIALIST"
    SUPERVISOR = "SUPERVISOR"
    ENGINEER = "ENGINEER"
    TECHNICIAN = "TECHNICIAN"
    CUSTOMER = "CUSTOMER"
    SALES = "SALES"
    ANALYST = "ANALYST"
    AUDITOR = "AUDITOR"
    DEPT = "DEPT"
    ADMIN = "ADMIN"
    SYSTEM = "SYSTEM"


class CaseState(StrEnum):
    """Where a case stands in its life cycle, in order of the norm; the last three are ends without service."""

    RECEIVED = "RECEIVED"
    TRIAGED = "TRIAGED"
    DIAGNOSING = "DIAGNOSING"
    REMOTE_RESOLVED = "REMOTE_RESOLVED"
    ONSITE_REQUESTED = "ONSITE_REQUESTED"
    ONSITE_APPROVED = "ONSITE_APPROVED"
    PREPARED = "PREPARED"
    ON_SITE = "ON_SITE"
    PLAN_AGREED = "PLAN_AGREED"
    WORK_DONE = "WORK_DONE"
    VERIFIED = "VERIFIED"
    EVALUATED = "EVALUATED"
    ARCHIVED = "ARCHIVED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    MERGED = "MERGED"
    TRANSFERRED = "TRANSFERRED"


class CaseKind(StrEnum):
    """A request for service, or a complaint about our service (B-11)."""

    SERVICE = "SERVICE"
    COMPLAINT = "COMPLAINT"


class Channel(StrEnum):
    """How the customer's word reached us (R-2.1.1-a)."""

    HOTLINE = "HOTLINE"
    EMAIL = "EMAIL"
    IM = "IM"
    LETTER = "LETTER"
    SALES_RELAY = "SALES_RELAY"
    PORTAL = "PORTAL"
    VERBAL = "VERBAL"


class Urgency(StrEnum):
    """How soon the customer needs help (R-2.1.3-b)."""

    URGENT = "URGENT"
    NORMAL = "NORMAL"
    MINOR = "MINOR"


class UrgencyBasis(StrEnum):
    """Why an urgency was set (R-2.1.3-b)."""

    LINE_DOWN = "LINE_DOWN"
    SAFETY = "SAFETY"
    DELIVERY = "DELIVERY"
    QUALITY = "QUALITY"
    COSMETIC = "COSMETIC"
    ENQUIRY = "ENQUIRY"


class ProblemType(StrEnum):
    """The norm's problem types (R-2.1.3-c)."""

    FUNCTIONAL = "FUNCTIONAL"
    PRECISION = "PRECISION"
    WEAR_PART = "WEAR_PART"
    OPERATION = "OPERATION"
    OTHER = "OTHER"


class Scope(StrEnum):
    """The service activities the norm covers (R-1.2-a)."""

    INSTALL_GUIDE = "INSTALL_GUIDE"
    TRAINING = "TRAINING"
    REPAIR = "REPAIR"
    MAINT_ADVICE = "MAINT_ADVICE"
    FEEDBACK = "FEEDBACK"
    CHANGE = "CHANGE"


class MouldKind(StrEnum):
    """The kind of mould; it decides which fault codes fit."""

    INJECTION = "INJECTION"
    DIECAST = "DIECAST"
    STAMPING = "STAMPING"
    OTHER = "OTHER"


class ProductionStatus(StrEnum):
    """The customer's production at the time of the report (R-2.1.2-a)."""

    LINE_DOWN = "LINE_DOWN"
    DEGRADED = "DEGRADED"
    SORTING = "SORTING"
    RUNNING = "RUNNING"
    IDLE = "IDLE"


class Department(StrEnum):
    """Departments of the mould maker that take part in the service."""

    AFTERSALES = "AFTERSALES"
    TECH = "TECH"
    PRODUCTION = "PRODUCTION"
    QUALITY = "QUALITY"
    SALES = "SALES"
    PURCHASE = "PURCHASE"
    STORE = "STORE"
    FINANCE = "FINANCE"


class Zone(StrEnum):
    """How far a customer's site is: A up to 100 km, B up to 500 km, C the rest of the country."""

    A = "A"
    B = "B"
    C = "C"
    OVERSEAS = "OVERSEAS"


class ClockName(StrEnum):
    """Times that are measured against a target."""

    FIRST_RESPONSE = "FIRST_RESPONSE"
    TRIAGE = "TRIAGE"
    CONSULTATION = "CONSULTATION"
    REMOTE_RESULT = "REMOTE_RESULT"
    APPROVAL = "APPROVAL"
    ARRIVAL = "ARRIVAL"
    RESOLUTION = "RESOLUTION"
    ARCHIVE = "ARCHIVE"
    CALLBACK = "CALLBACK"
    PROGRESS = "PROGRESS"
    DEPARTMENT_REPLY = "DEPARTMENT_REPLY"
    IMPROVEMENT = "IMPROVEMENT"


class TimeBase(StrEnum):
    """What an hour of a target means: natural time, business hours, calendar days."""

    H24 = "H24"
    BH = "BH"
    CD = "CD"


class Language(StrEnum):
    """Language of what a customer reads."""

    ZH = "zh"
    EN = "en"
