"""The key ring: what is personal is sealed with keys of its own before it is stored, and opened for few readers."""
