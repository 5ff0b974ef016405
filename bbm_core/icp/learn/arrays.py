"""What rows of numbers are held in."""

from typing import Any

Array = Any
"""A numpy array. numpy is imported when something is learned, so its types are not known here."""
