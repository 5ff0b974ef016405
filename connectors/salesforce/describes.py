"""Describes that are kept: an object is described anew only once it changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.salesforce.schema import ObjectSchema, object_schema
from connectors.salesforce.session import Session

_FRESH: Final = timedelta(minutes=10)
"""A look and the pulls that follow it describe an object once."""


@dataclass(frozen=True, slots=True)
class _Kept:
    schema: ObjectSchema
    at: datetime
    changed: str  # as Salesforce dates the describe; empty where it did not say


class Describes:
    """What describes said, by object."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[str, _Kept] = {}

    def current(self, name: str) -> ObjectSchema | None:
        """The object as it is now, asking only whether it changed; None where there is none."""
        kept = self._kept.pop(name, None)
        found = self._session.describe(name, kept.changed if kept else "")
        if found is None:
            return None
        if found.body is None and kept is not None:
            return self._keep(name, kept.schema, kept.changed)
        return self.learn(name, found.body, found.changed)

    def recent(self, name: str) -> ObjectSchema | None:
        """The object as it was some minutes ago at most."""
        kept = self._kept.get(name)
        if kept is not None and self._session.server_now() - kept.at < _FRESH:
            return kept.schema
        return self.current(name)

    def learn(self, name: str, answer: Any, changed: str = "") -> ObjectSchema:
        """Keep what a describe said."""
        return self._keep(name, object_schema(answer), changed)

    def forget(self, name: str) -> None:
        self._kept.pop(name, None)

    def _keep(self, name: str, schema: ObjectSchema, changed: str) -> ObjectSchema:
        self._kept[name] = _Kept(schema, self._session.server_now(), changed)
        return schema
