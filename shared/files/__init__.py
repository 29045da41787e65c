"""Attachments and large raw messages: kept by the hash of their content, each encrypted with a key of its own."""
