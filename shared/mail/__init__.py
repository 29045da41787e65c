"""Mail that goes out: what is to be sent, its message, its way to the server, and what became of it."""
