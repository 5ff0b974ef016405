"""Slack's side of the wire."""
