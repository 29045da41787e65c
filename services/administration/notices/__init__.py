"""Notices of days off and of make-up days: read, and laid over a calendar. Pure."""
