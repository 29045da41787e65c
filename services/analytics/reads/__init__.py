"""Questions that doors ask analytics's read models."""
