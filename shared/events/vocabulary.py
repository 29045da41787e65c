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


class StartBasis(StrEnum):
    """What a warranty begins with (B-01)."""

    ACCEPTANCE = "ACCEPTANCE"
    DELIVERY = "DELIVERY"


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
    MANAGEMENT = "MANAGEMENT"


class Addressee(StrEnum):
    """Who is told when a case is raised: its owner, all who hold a role, or a department. Posts, never people."""

    OWNER = "OWNER"
    SPECIALIST = "SPECIALIST"
    SUPERVISOR = "SUPERVISOR"
    ENGINEER = "ENGINEER"
    AFTERSALES = "AFTERSALES"
    TECH = "TECH"
    PRODUCTION = "PRODUCTION"
    QUALITY = "QUALITY"
    SALES = "SALES"
    PURCHASE = "PURCHASE"
    STORE = "STORE"
    FINANCE = "FINANCE"
    MANAGEMENT = "MANAGEMENT"


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


class TargetName(StrEnum):
    """What a policy sets targets for: the clocks, and RESOLUTION while a mould is at our factory (RETURN)."""

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
    RETURN = "RETURN"


class TimeBase(StrEnum):
    """What an hour of a target means: natural time, business hours, calendar days."""

    H24 = "H24"
    BH = "BH"
    CD = "CD"


class Weekday(StrEnum):
    """A day of the week in a calendar, in the order of `date.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Language(StrEnum):
    """Language of what a customer reads."""

    ZH = "zh"
    EN = "en"


class Verdict(StrEnum):
    """Whether a fault is covered by the warranty of the mould (B-03)."""

    IN = "IN"
    OUT_TIME = "OUT_TIME"
    OUT_SHOTS = "OUT_SHOTS"
    EXCLUDED = "EXCLUDED"
    GOODWILL = "GOODWILL"
    UNKNOWN = "UNKNOWN"


class Charge(StrEnum):
    """What the customer pays (B-05)."""

    FREE = "FREE"
    COST = "COST"
    FULL = "FULL"
    PENDING = "PENDING"


class Liability(StrEnum):
    """Whose fault it is."""

    OURS = "OURS"
    CUSTOMER = "CUSTOMER"
    THIRD = "THIRD"
    SHARED = "SHARED"
    PENDING = "PENDING"


class Cause(StrEnum):
    """The category of a cause (R-2.2.1-b)."""

    MAN = "MAN"
    MACHINE = "MACHINE"
    MATERIAL = "MATERIAL"
    METHOD = "METHOD"
    ENV = "ENV"
    MEASURE = "MEASURE"
    DESIGN = "DESIGN"
    MANUFACTURE = "MANUFACTURE"
    HEAT_TREAT = "HEAT_TREAT"
    WEAR = "WEAR"
    MAINTENANCE = "MAINTENANCE"
    TRANSPORT = "TRANSPORT"
    NTF = "NTF"


class Likelihood(StrEnum):
    """How probable a cause is: high, medium, low."""

    H = "H"
    M = "M"
    L = "L"


class ResourceKind(StrEnum):
    """What a solution needs (R-2.2.1-b)."""

    SPARE = "SPARE"
    PERSON = "PERSON"
    TOOL = "TOOL"


class Route(StrEnum):
    """The way that a consultation recommends."""

    REMOTE = "REMOTE"
    ONSITE = "ONSITE"
    RETURN = "RETURN"
    SPARE_ONLY = "SPARE_ONLY"


class RemoteMode(StrEnum):
    """How a remote session was held (R-2.2.2-b)."""

    PHONE = "PHONE"
    VIDEO = "VIDEO"
    DESKTOP = "DESKTOP"
    IM = "IM"


class StepKind(StrEnum):
    """What the customer was guided to do in a step of a remote session (R-2.2.2-b)."""

    CHECK = "CHECK"
    ADJUST = "ADJUST"
    SIMPLE_REPAIR = "SIMPLE_REPAIR"


class RemoteOutcome(StrEnum):
    """What a remote session came to."""

    RESOLVED = "RESOLVED"
    PARTIAL = "PARTIAL"
    NOT_RESOLVED = "NOT_RESOLVED"
    NEED_INFO = "NEED_INFO"
    NEED_ONSITE = "NEED_ONSITE"


class OnsiteReason(StrEnum):
    """Why somebody must go there (R-2.2.3-a)."""

    REMOTE_FAILED = "REMOTE_FAILED"
    STRUCTURAL_DAMAGE = "STRUCTURAL_DAMAGE"
    SAFETY_RISK = "SAFETY_RISK"
    CONTRACT = "CONTRACT"
    INSTALL = "INSTALL"


class ServiceMode(StrEnum):
    """Where the mould is repaired."""

    ONSITE = "ONSITE"
    RETURN = "RETURN"


class RejectReason(StrEnum):
    """Why a supervisor does not approve a visit."""

    REMOTE_NOT_TRIED = "REMOTE_NOT_TRIED"
    INFO_MISSING = "INFO_MISSING"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    FEE_OPEN = "FEE_OPEN"
    NO_RESOURCE = "NO_RESOURCE"


class PreparationItem(StrEnum):
    """What is prepared before somebody leaves (R-2.3.1-a)."""

    PERSONNEL = "PERSONNEL"
    TOOLS = "TOOLS"
    SPARES = "SPARES"
    DRAWINGS = "DRAWINGS"
    FORMS = "FORMS"
    SAFETY = "SAFETY"


class ItemStatus(StrEnum):
    """Whether an item was prepared, or stated as not needed."""

    DONE = "DONE"
    NOT_NEEDED = "NOT_NEEDED"


class SignMode(StrEnum):
    """How a customer signed."""

    SCREEN = "SCREEN"
    PAPER = "PAPER"
    ESIGN = "ESIGN"
    EMAIL = "EMAIL"


class OldPart(StrEnum):
    """What becomes of a part that was replaced (R-2.3.3-b)."""

    SCRAP = "SCRAP"
    RETURN = "RETURN"
    CUSTOMER_KEPT = "CUSTOMER_KEPT"


class TrialKind(StrEnum):
    """How the repaired mould is tried (R-2.3.4-a)."""

    TRIAL_MOULDING = "TRIAL_MOULDING"
    RUN_TEST = "RUN_TEST"


class TrialResult(StrEnum):
    """What a trial run showed."""

    PASS = "PASS"
    CONDITIONAL = "CONDITIONAL"
    FAIL = "FAIL"


class VerificationMode(StrEnum):
    """Where the customer confirmed the effect."""

    ONSITE = "ONSITE"
    REMOTE = "REMOTE"


class ReportForm(StrEnum):
    """The form that is handed over at the end (R-2.4.1-a)."""

    SITE_REPORT = "SITE_REPORT"
    COMPLETION = "COMPLETION"


class DocumentKind(StrEnum):
    """The kind of a document in the file of a case (R-2.4.2-a)."""

    SERVICE_RECORD = "SERVICE_RECORD"
    SITE_REPORT = "SITE_REPORT"
    COMPLETION = "COMPLETION"
    SIGNATURE = "SIGNATURE"
    PHOTO = "PHOTO"
    REMOTE_LOG = "REMOTE_LOG"
    MINUTES = "MINUTES"
    TRIAL_REPORT = "TRIAL_REPORT"
    QUOTE = "QUOTE"
    CALLBACK = "CALLBACK"
    DRAWING = "DRAWING"
    OTHER = "OTHER"


class Phase(StrEnum):
    """Whether a photo shows the mould before or after the work (B-29)."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"


class Topic(StrEnum):
    """What a department is told about (R-2.4.2-b)."""

    DESIGN_GAP = "DESIGN_GAP"
    MANUFACTURE = "MANUFACTURE"
    HEAT_TREAT = "HEAT_TREAT"
    MATERIAL = "MATERIAL"
    SPARE_PART = "SPARE_PART"
    PROCESS = "PROCESS"
    DOCUMENT = "DOCUMENT"
    USAGE = "USAGE"
    CUSTOMER_VOICE = "CUSTOMER_VOICE"
    OTHER = "OTHER"


class CallbackPoint(StrEnum):
    """When a customer is called back after the service: a week, a month, or once more (R-2.5.1-a)."""

    D7 = "D7"
    M1 = "M1"
    EXTRA = "EXTRA"


class CallbackMethod(StrEnum):
    """How a customer is called back (R-2.5.1-b)."""

    PHONE = "PHONE"
    EMAIL = "EMAIL"
    VISIT = "VISIT"
    IM = "IM"


class CallbackResult(StrEnum):
    """What a score at a call-back means: 4 and 5 satisfied, 3 acceptable, 1 and 2 dissatisfied."""

    SATISFIED = "SATISFIED"
    ACCEPTABLE = "ACCEPTABLE"
    DISSATISFIED = "DISSATISFIED"


class TransferKind(StrEnum):
    """Why a case goes to somebody else."""

    NOT_OURS = "NOT_OURS"
    NOT_AFTERSALES = "NOT_AFTERSALES"
    OTHER_DEPT = "OTHER_DEPT"


class CancelReason(StrEnum):
    """Why a case ends without service."""

    CUSTOMER_WITHDREW = "CUSTOMER_WITHDREW"
    TEST = "TEST"
    SPAM = "SPAM"
    OTHER = "OTHER"


class QuoteLineKind(StrEnum):
    """What a line of a quotation is for (B-05)."""

    LABOUR = "LABOUR"
    TRAVEL = "TRAVEL"
    PART = "PART"
    OTHER = "OTHER"


class WithdrawReason(StrEnum):
    """Why a visit is no longer asked for or approved."""

    FAULT_GONE = "FAULT_GONE"
    CUSTOMER_WISH = "CUSTOMER_WISH"
    APPROVAL_WITHDRAWN = "APPROVAL_WITHDRAWN"
    OTHER = "OTHER"


class Party(StrEnum):
    """Which side: we or the customer."""

    OURS = "OURS"
    CUSTOMER = "CUSTOMER"


class AbortReason(StrEnum):
    """Why a visit ended before its work was done."""

    PARTS_MISSING = "PARTS_MISSING"
    PLAN_REFUSED = "PLAN_REFUSED"
    SITE_UNSAFE = "SITE_UNSAFE"
    MOULD_BUSY = "MOULD_BUSY"
    RETURN_FACTORY = "RETURN_FACTORY"
    OTHER = "OTHER"


class UnsignedDecision(StrEnum):
    """What follows when the customer does not sign."""

    REDO = "REDO"
    ACCEPT = "ACCEPT"


class SpareCondition(StrEnum):
    """How a spare part came back."""

    GOOD = "GOOD"
    USED = "USED"
    DEFECT = "DEFECT"


class FeedbackAction(StrEnum):
    """What a department does about what it was told."""

    NONE = "NONE"
    IMPROVEMENT = "IMPROVEMENT"


class Remedy(StrEnum):
    """What the customer may ask for defective work, and what is granted (B-09)."""

    REPAIR = "REPAIR"
    REMAKE = "REMAKE"
    PRICE_REDUCTION = "PRICE_REDUCTION"
    DAMAGES = "DAMAGES"
    NONE = "NONE"


class RemedyStep(StrEnum):
    """The first decision on a remedy, or the second look by another person (B-12)."""

    FIRST = "FIRST"
    SECOND_LOOK = "SECOND_LOOK"


class AttemptResult(StrEnum):
    """Why a call-back did not come about."""

    NO_ANSWER = "NO_ANSWER"
    BUSY = "BUSY"
    REFUSED = "REFUSED"
    POSTPONED = "POSTPONED"
    BAD_CONTACT = "BAD_CONTACT"


class ReopenTrigger(StrEnum):
    """What opened a case again."""

    CALLBACK = "CALLBACK"
    CUSTOMER = "CUSTOMER"
    AUDIT = "AUDIT"
    CANCELLED_IN_ERROR = "CANCELLED_IN_ERROR"


class PauseReason(StrEnum):
    """Why clocks stand still: the customer's side, or force majeure."""

    WAIT_INFO = "WAIT_INFO"
    WAIT_WINDOW = "WAIT_WINDOW"
    WAIT_ACCESS = "WAIT_ACCESS"
    WAIT_QUOTE = "WAIT_QUOTE"
    FORCE_MAJEURE = "FORCE_MAJEURE"


class EscalationTrigger(StrEnum):
    """What raised a case to the next level."""

    PERCENT = "PERCENT"
    SAFETY = "SAFETY"
    SECOND_REOPEN = "SECOND_REOPEN"
    TWO_REFUSALS = "TWO_REFUSALS"
    LINE_DOWN = "LINE_DOWN"
    KEY_ACCOUNT = "KEY_ACCOUNT"
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"


class Notice(StrEnum):
    """What a message to the customer is about."""

    STATE = "STATE"
    PROGRESS = "PROGRESS"
    INFO_REQUEST = "INFO_REQUEST"
    CONFIRM_REQUEST = "CONFIRM_REQUEST"
    EVALUATION_REQUEST = "EVALUATION_REQUEST"
    COPY = "COPY"
    CORRECTION = "CORRECTION"
    OTHER = "OTHER"


class CorrectionReason(StrEnum):
    """Why a record is corrected."""

    TYPO = "TYPO"
    WRONG_OBJECT = "WRONG_OBJECT"
    LATE_FACT = "LATE_FACT"
    CUSTOMER_REQUEST = "CUSTOMER_REQUEST"


class ChannelStatus(StrEnum):
    """Whether a channel can be reached (R-2.1.1-d)."""

    OPEN = "OPEN"
    DOWN = "DOWN"


class ImprovementSource(StrEnum):
    """Where the finding behind an improvement came from."""

    REPORT = "REPORT"
    CASE = "CASE"
    CALLBACK = "CALLBACK"
    AUDIT = "AUDIT"
