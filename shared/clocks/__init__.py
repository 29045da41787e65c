"""Time as data: clocks over a case's events, the policy that sets their targets. Pure."""
