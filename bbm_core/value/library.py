"""The numeric libraries of the extra `learn`, imported when something needs them."""

from importlib import import_module
from typing import Any

from bbm_core.errors import ConfigError


class LibraryMissing(ConfigError):
    """numpy or scipy is not installed."""


def load_library(name: str) -> Any:
    """The module of this name, numpy or a part of scipy.

    Raises:
        LibraryMissing: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise LibraryMissing(
            f"This needs {name.partition('.')[0]}, which is not installed.",
            hint='Install it: pip install "bbm-agent[learn]"',
            code="BBM-LN-001",
        ) from error
