"""Sentences for people, Chinese and English side by side, in TOML files of this folder."""
