"""What the rules of several stages ask, each said once. Pure: imported by rules, knows no store, clock or look-up."""
