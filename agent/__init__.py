"""Acts: when, in what order, and what if it fails. Start reading in cycle.py."""
