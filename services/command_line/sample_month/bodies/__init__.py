"""What each step says: functions from a tale and a moment to the body of a command."""
