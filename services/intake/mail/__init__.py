"""E-mail as a channel: stored sealed first, then read as well as it can be, then registered; nothing is lost."""
