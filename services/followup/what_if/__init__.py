"""What would have been: the clocks of past cases under a draft of service levels, of a calendar, or of both."""
