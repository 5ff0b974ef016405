"""What an org is given: our fields, permission sets, views and reports, as metadata."""
