"""Errors, sorted by what to do about them.

BBMError
├── ConfigError          fix the configuration                              exit 2
├── AccessError          fix the credentials                                exit 5
├── PreconditionError    create the field, grant the permission or scope    exit 4
├── TransientError       wait and run again; nothing was lost               exit 6
├── LockHeld             another run is at work                             exit 7
├── SafetyStop           look at the plan, then confirm it                  exit 8
└── StoreDamaged         restore the state from its backup                  exit 1

Every error says what happened (`message`), what to do (`hint`, an imperative) and carries a
stable `code` such as BBM-SF-012 by which people find its page.
"""

from typing import ClassVar


class BBMError(Exception):
    """Something a person can do something about."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        return self.message


class ConfigError(BBMError):
    """The configuration or a command's input is wrong."""

    exit_code = 2


class PreconditionError(BBMError):
    """A field, permission, scope or object is missing; nothing was written."""

    exit_code = 4


class AccessError(BBMError):
    """The login was refused."""

    exit_code = 5


class TransientError(BBMError):
    """It may work later: network, 5xx, rate limit, malformed answer.

    `wait_seconds` is how long the other side asked to wait, when it said so.
    """

    exit_code = 6

    def __init__(
        self, message: str, *, hint: str, code: str = "", wait_seconds: float | None = None
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.wait_seconds = wait_seconds


class LockHeld(BBMError):
    """Another run holds the lock."""

    exit_code = 7


class SafetyStop(BBMError):
    """A guard stopped the run before anything was written."""

    exit_code = 8


class StoreDamaged(BBMError):
    """What is kept is not what was kept: a damaged file; nothing is decided by it."""
