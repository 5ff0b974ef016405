"""The ideal customer profile: how its owner writes it, how a record is judged by it, and why."""
