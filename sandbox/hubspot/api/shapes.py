"""How records and batches look in answers."""

from collections.abc import Iterable, Mapping, Sequence

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.derive import initial
from sandbox.hubspot.links import PRIMARY, LinkType, primary_type
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.shelf import Record, Version
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, json_answer

FOLDING = "2026-09"  # the version that folds refusals of a batch into its answer of 200
HISTORY_KEPT = 20  # versions of a property that an answer shows


class Shape:
    """Puts the records of one answer into form: which properties, which history, which links."""

    def __init__(
        self,
        call: Call,
        kind: ObjectType,
        names: Sequence[str] = (),
        with_history: Sequence[str] = (),
        linked: Sequence[str] = (),
    ) -> None:
        self._call = call
        self._kind = kind
        known = call.portal.schema
        always = {"hs_object_id", *kind.created, kind.modified}
        asked = {one for one in (*names, *with_history) if known.property(kind, one)} | always
        self._names = sorted(asked if names or with_history else {*kind.unasked})
        self._with_history = sorted(one for one in with_history if known.property(kind, one))
        self._linked = [object_type(one) for one in linked]
        knobs = call.portal.knobs
        self._page = f"https://{knobs.ui_domain}/contacts/{knobs.portal_id}/record/{kind.id}/"

    def record(self, record: Record) -> dict[str, object]:
        values = record.values
        return self.framed(record, {name: values.get(name) for name in self._names})

    def framed(self, record: Record, properties: Mapping[str, object]) -> dict[str, object]:
        """A record with these properties and everything that stands around them."""
        shaped: dict[str, object] = {
            "id": record.id,
            "properties": properties,
            "createdAt": iso(record.created),
            "updatedAt": iso(record.modified),
            "archived": record.archived is not None,
            "url": self._page + record.id,
        }
        if record.archived is not None:
            shaped["archivedAt"] = iso(record.archived)
        if self._with_history:
            shaped["propertiesWithHistory"] = {
                name: _versions(record.history.get(name, ())) for name in self._with_history
            }
        linked = self._associations(record)
        if linked:
            shaped["associations"] = linked
        return shaped

    def written(
        self, record: Record, names: Iterable[str], *, new: bool = False
    ) -> dict[str, object]:
        """What a write answers: the values that were sent and those that HubSpot set itself.

        After a creation these are many more.
        """
        shown = {*names, *_AUTOMATIC, *self._kind.created, self._kind.modified, self._kind.stage}
        values = record.values
        if new:
            shown |= {*_AT_FIRST, *initial(self._kind, record.id)}
            shown |= {name for name in values if name.startswith("hs_lifecyclestage_")}
        return self.framed(record, {name: values[name] for name in sorted(shown) if name in values})

    def _associations(self, record: Record) -> dict[str, object]:
        found: dict[str, object] = {}
        for other in self._linked:
            linked = self._call.portal.associations.of((self._kind, other), record)
            if linked:
                results = [
                    {"id": str(number), "type": link_name(self._kind, other, meaning)}
                    for number, meanings in linked.items()
                    for meaning in meanings
                ]
                found[other.name] = {"results": results}
        return found


_AUTOMATIC = frozenset(
    {
        "hs_object_id",
        "hs_object_source",
        "hs_object_source_id",
        "hs_object_source_label",
        "hs_pipeline",
        "hs_is_unworked",
        "hs_is_closed",
        "hs_is_closed_won",
        "amount_in_home_currency",
        "pipeline",
    }
)
_AT_FIRST = frozenset(
    {"hs_full_name_or_email", "hs_email_domain", "hs_searchable_calculated_phone_number"}
)


def link_name(kind: ObjectType, other: ObjectType, meaning: LinkType) -> str:
    """Where a pair knows a primary record, the plain name is that of the primary one."""
    name = f"{kind.singular}_to_{other.singular}"
    if meaning.label not in {None, PRIMARY}:
        return f"{meaning.label}".lower().replace(" ", "_")
    has_primary = primary_type((kind.name, other.name)) is not None
    return f"{name}_unlabeled" if has_primary and meaning.label is None else name


def _versions(kept: Sequence[Version]) -> list[dict[str, object]]:
    """The newest first, as HubSpot shows them."""
    return [_version(one) for one in reversed(kept[-HISTORY_KEPT:])]


def _version(one: Version) -> dict[str, object]:
    shaped: dict[str, object] = {
        "value": one.value,
        "timestamp": iso(one.at),
        "sourceType": one.source.type,
        "sourceId": one.source.id,
    }
    if one.source.user is not None:
        shaped["updatedByUserId"] = one.source.user
    return shaped


def batch_answer(
    call: Call,
    results: Sequence[object],
    errors: Sequence[object] = (),
    status: int = 200,
) -> Answer:
    """The answer to a batch. Where a part was refused it is 207, and 200 in the newest version."""
    body: dict[str, object] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": iso(call.now),
        "completedAt": iso(call.now),
    }
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = errors
    partial = 200 if call.version == FOLDING else 207
    return json_answer(partial if errors else status, body)
