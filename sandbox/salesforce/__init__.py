"""Salesforce's side of the wire."""
