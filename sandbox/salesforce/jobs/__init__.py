"""Bulk API 2.0: jobs that read many records, or write them, while the client looks in."""
