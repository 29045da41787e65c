"""For each command the body that its service most likely takes now."""

from tests.support.acts_before import BEFORE
from tests.support.acts_during import DURING
from tests.support.acts_firm import FIRM
from tests.support.acts_followup import FOLLOWUP
from tests.support.acts_intake import INTAKE
from tests.support.acts_triage import TRIAGE
from tests.support.scene import Act

OF_CASES: dict[str, Act] = {**INTAKE, **TRIAGE, **BEFORE, **DURING, **FOLLOWUP}
ACTS: dict[str, Act] = {**OF_CASES, **FIRM}
