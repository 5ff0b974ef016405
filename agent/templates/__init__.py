"""The example configurations, as package data."""
