"""Translates: one folder per CRM, found by the entry-point group `bbm.connectors`."""
