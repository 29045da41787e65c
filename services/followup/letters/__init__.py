"""Letters to the customer: templates in both languages, what fills them, and which event is told by which."""
