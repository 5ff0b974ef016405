"""The endpoints of the API, grouped as its documentation groups them."""
