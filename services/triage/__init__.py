"""The stage triage: norm 2.1.3 to 2.2.2: classification."""
