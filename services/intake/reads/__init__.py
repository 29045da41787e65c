"""Questions that doors ask intake's read models."""
