"""Whether what is asked for is still there: HubSpot passes over a name it does not know in silence.

A property that is empty comes as null, one that does not exist not at all. So a property that is
archived while records are read would seem to be empty from then on, and its absence tells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.errors import MissingPermission
from connectors.hubspot.errors import HINTS
from connectors.hubspot.portal import Portal
from connectors.hubspot.schema import Lens, Schema
from connectors.hubspot.session import Row


@dataclass(frozen=True, slots=True)
class Presence:
    """Looks at the pages of one pull, before they are handed on."""

    portal: Portal
    lens: Lens
    excused: set[str] = field(default_factory=set)  # there, though rows do not bring them

    def check(self, rows: Sequence[Row]) -> None:
        """Ask for the definitions again where a row lacks what they had.

        Raises:
            MissingPermission: the portal no longer has a property.
        """
        lacking = self._lacking(rows)
        if not lacking:
            return
        schema = self.portal.schema(self.lens.kind, fresh=True)
        gone = sorted(name for name in lacking if not _has(schema, name))
        if gone:
            raise MissingPermission(
                f"{schema.names.scope} no longer have the property {', '.join(gone)}.",
                hint=HINTS["BBM-HS-061"],
                code="BBM-HS-061",
            )
        self.excused.update(lacking)

    def _lacking(self, rows: Sequence[Row]) -> set[str]:
        # A page may be of two answers, and it may have gone between them.
        held = [row["properties"] for row in (*rows[:1], *rows[-1:])]
        return {
            name
            for name in self._needed()
            if name not in self.excused and any(name not in texts for texts in held)
        }

    def _needed(self) -> Iterator[str]:
        """What decides verdicts, of what the portal had; it is the portal's own to archive."""
        lens = self.lens
        named = (name for _, name, _ in (*lens.attributes, *lens.written))
        wanted = {*named, lens.channel, lens.amount, lens.history}
        return (name for name in lens.declared if name in wanted)


def _has(schema: Schema, name: str) -> bool:
    definition = schema.definitions.get(name)
    return definition is not None and not definition.archived
