"""Read models of analytics, one file each."""
