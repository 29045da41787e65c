"""Questions that doors ask follow-up's read models."""
