"""What every service shares: facts, folds, the event store, projections, reactors and the runtime."""
