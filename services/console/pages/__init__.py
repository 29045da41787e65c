"""Server-rendered pages that work without script, in Chinese and English."""
