"""HubSpot, through the unmodified hubspot-api-client."""
