"""The state: what was read, decided, planned, written and told, on SQLAlchemy Core."""
