"""What happens to a case, one file per stage of the norm."""
