"""Facts and contracts: what happened, as it is stored. Standard library and msgspec only."""
