"""The problems that a look finds, each with its code and its fix."""

from connectors.contract import Problem, Severity
from connectors.salesforce.hints import hint


class Problems:
    """Collects them; every hint can name the agent's permission set."""

    def __init__(self, permission_set: str) -> None:
        self._permission_set = permission_set
        self._found: list[Problem] = []

    def note(self, code: str, what: str, severity: Severity = Severity.ERROR, **names: str) -> None:
        fix = hint(code, permission_set=self._permission_set, **names)
        self._found.append(Problem(code, severity, what, fix))

    @property
    def found(self) -> tuple[Problem, ...]:
        return tuple(self._found)
