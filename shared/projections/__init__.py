"""Read models: tables made from the log by pure functions, which can be thrown away and made again."""
