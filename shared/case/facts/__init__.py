"""What each stage knows of a case: plain values, folded by that stage's own file."""
