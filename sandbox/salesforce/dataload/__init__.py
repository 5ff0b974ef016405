"""The older bulk interface, under /services/async: jobs made of batches."""
