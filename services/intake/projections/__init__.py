"""Read models of intake, one file each."""
