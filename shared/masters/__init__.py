"""Folds of the aggregates that cases rest on: customers, moulds, our people, and rules as data."""
