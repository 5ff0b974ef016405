"""Salesforce, through the unmodified simple-salesforce client."""
