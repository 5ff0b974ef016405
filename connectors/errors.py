"""The only errors that leave a connector, each a kind of error of the core.

A client's own exceptions end at its connector's `errors.py`, which turns them into one of these.
"""

from bbm_core.errors import AccessError, ConfigError, PreconditionError, TransientError

__all__ = [
    "BudgetSpent",
    "CapabilityAbsent",
    "ConfigError",
    "LoginRefused",
    "MalformedAnswer",
    "MissingPermission",
    "RateLimited",
    "RequestRefused",
    "Unavailable",
    "Unfinished",
]


class LoginRefused(AccessError):
    """The CRM does not accept the credentials, or no longer does."""


class MissingPermission(PreconditionError):
    """An object, field, permission or scope is not there for this user."""


class CapabilityAbsent(MissingPermission):
    """An org lacks what an optional capability needs; everything else goes on without it."""


class RequestRefused(PreconditionError):
    """The CRM refuses the request as such: a malformed query, an unknown object."""


class Unavailable(TransientError):
    """No answer, or a 5xx: the network, a maintenance page, a timeout."""


class Unfinished(Unavailable):
    """What the CRM works off by itself failed or goes on: a later run sees to it, not this one."""


class RateLimited(TransientError):
    """Too many requests for the moment; `wait_seconds` says for how long."""


class BudgetSpent(TransientError):
    """The daily allowance, the CRM's or our own, is used up; it frees by itself."""


class MalformedAnswer(TransientError):
    """A success whose body is not what it must be: HTML, empty, truncated, without results."""
