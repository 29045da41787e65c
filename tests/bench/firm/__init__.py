"""A firm of some size: its customers and moulds, cases that were lived through once, and years made of them."""
