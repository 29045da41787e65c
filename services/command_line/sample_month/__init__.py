"""The sample month: some weeks of a firm's after-sales service, lived through by ordinary commands under a simulated
clock. A plan (pure, the same for the same first day) says who sends what when; the filling lets it happen."""

CASES = 120
MOST_CASES = 2000
"""Cases of a month, unless told otherwise, and the most."""
