"""The life cycle of a case: its state, the table of transitions and the fold, one file of arms per stage."""
