"""What the CRM tells beside its records: what is asked for, and what is made of the answers."""
