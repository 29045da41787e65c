"""The event store: a port, its memory and JetStream implementations, and the shell that decides and appends."""
