"""Reactors: what follows from an event. The only place with side effects, each at most once, none on a rebuild."""
