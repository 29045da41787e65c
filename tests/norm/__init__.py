"""The norm against the code: which command, guard and test stands behind each requirement."""
