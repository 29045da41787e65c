"""Read models of follow-up, one file each."""
