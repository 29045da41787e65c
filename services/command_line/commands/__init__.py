"""One file a command: what it is told, and how its answer is shown."""
