"""Metadata deploys: what an org is told in XML files, checked and put in force."""
