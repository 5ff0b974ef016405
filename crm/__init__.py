"""What is installed in a CRM: data, and the checks beside it. `bbm fields export` writes it."""
