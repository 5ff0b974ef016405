"""Stands in: the CRMs' and Slack's side of the wire. Imports nothing of the product."""
