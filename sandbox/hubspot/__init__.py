"""HubSpot's side of the wire."""
