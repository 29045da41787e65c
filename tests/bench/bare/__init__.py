"""The programs to compare with: under 80 lines each, nothing of ours imported, the same reads, writes and hashes."""
