"""Dispatch: approval, preparation, visit, plan, work, trial run, signature, report and evaluation (2.2.3 to 2.4.1)."""
