"""Forms for commands, made from the events that they draft: asked, typed, sent, and shown again with every fault."""
