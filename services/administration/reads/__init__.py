"""Questions that doors ask administration's read models."""
