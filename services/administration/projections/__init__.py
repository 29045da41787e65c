"""Read models of administration, one file each."""
