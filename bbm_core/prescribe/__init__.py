"""What to do about a skew: the catalogue of measures."""
