"""The activities by which records are judged, looked up page by page and only where asked for."""

from collections.abc import Iterable, Mapping
from datetime import date

from agent.store import Store
from bbm_core.icp.engagement import UNTOUCHED, Touches
from bbm_core.judgement import HEATED, Rules
from bbm_core.records import Activity, RecordKind, RecordRef


class Warmth:
    """Activities of some records. Where the flag follows fit alone, nothing is ever read."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self.kinds: frozenset[RecordKind] = HEATED if rules.heat else frozenset()
        self._store = store
        self._since: date | None = None
        self._found: Mapping[RecordRef, tuple[Activity, ...]] = {}

    def look_up(self, refs: Iterable[RecordRef]) -> None:
        """Read the activities of those of the records whose flag asks for heat."""
        wanted = [ref for ref in refs if ref.kind in self.kinds]
        if not wanted:
            return
        since = self._store.activities_since()
        self._since = None if since is None else since.date()
        self._found = self._store.activities_of(wanted)

    def of(self, ref: RecordRef) -> Touches:
        """What is known of a record that was looked up."""
        if self._since is None:
            return UNTOUCHED
        return Touches(self._found.get(ref, ()), self._since)
