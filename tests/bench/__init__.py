"""How fast and how small: every figure beside a bare program that does the same work, in one run."""
