"""Figures and the copy of the log (norm 2.5.2)."""
