"""Tells: one message per incident, rendered for each channel."""
