"""Bodies of commands for services that run under the machine's own time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support import samples


def report_now(**changes: Any) -> str:
    """The sample report, received ten minutes ago, as JSON."""
    now = datetime.now(UTC)
    times = {
        "received_at": (now - timedelta(minutes=10)).isoformat(),
        "fault_at": (now - timedelta(hours=2)).isoformat(),
    }
    return json.dumps(samples.report(**{**times, **changes}), ensure_ascii=False)


def acknowledgement_now() -> str:
    """The sample acknowledgement, given just now, as JSON."""
    now = datetime.now(UTC)
    times = {"ack_at": now.isoformat(), "next_contact_at": (now + timedelta(hours=2)).isoformat()}
    return json.dumps(samples.acknowledgement(**times), ensure_ascii=False)
