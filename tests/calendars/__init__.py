"""The calendar that a new deployment begins with, and the two libraries that it is taken from."""
