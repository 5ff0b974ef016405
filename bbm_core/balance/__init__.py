"""The balance of quality and quantity: stage facts, tallies, rates, bands, detectors, causes."""
