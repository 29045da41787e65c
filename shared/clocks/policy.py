"""The names under which the rules of a store are published."""

SERVICE_LEVELS = "standard"
"""The service level policy that cases begin under."""
CALENDAR = "company-calendar"
"""The calendar of the company's business hours."""
FAULT_CODES = "fault-code"
"""The vocabulary of fault codes."""
