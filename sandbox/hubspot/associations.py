"""What associating records does to them: primary records, counts, merges."""

from collections.abc import Iterable
from datetime import datetime

from sandbox.hubspot.links import (
    COUNTS,
    LINK_TYPES,
    Links,
    LinkType,
    Pair,
    link_type,
    primary_rule,
    primary_type,
)
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.refusals import invalid
from sandbox.hubspot.shelf import Record
from sandbox.hubspot.store import Store

Kinds = tuple[ObjectType, ObjectType]
Ends = tuple[Record, Record]


class Associations:
    """Associations between the records of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._links = Links()

    def of(self, kinds: Kinds, record: Record) -> dict[int, list[LinkType]]:
        """The live records that one is associated with, in ascending order, and as what."""
        shelf = self._store.shelf(kinds[1])
        kept = self._links.of(_pair(kinds), record.number)
        return {
            number: sorted(kept[number], key=_shown_order)
            for number in sorted(kept)
            if shelf.records[number].is_live
        }

    def join(self, kinds: Kinds, ends: Ends, at: datetime, *, primary: bool) -> None:
        """Associate two records; the first primary record of a pair becomes it by itself."""
        pair = _pair(kinds)
        known = LINK_TYPES.get(pair)
        if known is None:
            raise invalid(f"{pair[0]} cannot be associated with {pair[1]}")
        meaning = primary_type(pair)
        if meaning is not None and (primary or not self._has_primary(kinds, ends)):
            self.label(kinds, ends, meaning.id, at)
        else:
            self.label(kinds, ends, known[0].id, at)

    def label(self, kinds: Kinds, ends: Ends, type_id: int, at: datetime) -> LinkType:
        """Associate two records under one type id."""
        pair, (one, other) = _pair(kinds), ends
        meaning = link_type(pair, type_id)
        if meaning is None:
            raise invalid(f"{type_id} is not a valid association type from {pair[0]} to {pair[1]}")
        if kinds[0] is kinds[1] and one is other:
            raise invalid(f"Object {one.id} cannot be associated to itself ({one.id})")
        if meaning == primary_type(pair):
            self._unseat(kinds, ends)
        self._links.add(pair, one.number, other.number, meaning)
        self._refresh(kinds, ends, at)
        return meaning

    def unlabel(self, kinds: Kinds, ends: Ends, type_id: int, at: datetime) -> None:
        """Take one meaning away; the plain one stays."""
        pair = _pair(kinds)
        meaning = link_type(pair, type_id)
        if meaning is None or meaning.label is None:
            raise invalid(f"{type_id} is not a label from {pair[0]} to {pair[1]}")
        self._links.drop_meaning(pair, ends[0].number, ends[1].number, meaning)
        self._refresh(kinds, ends, at)

    def leave_primary(self, kinds: Kinds, owner: Record, at: datetime) -> None:
        """No record of the other type is the primary one any more; all stay associated."""
        primary = primary_type(_pair(kinds))
        for number, kept in self.of(kinds, owner).items():
            if primary is not None and primary in kept:
                other = self._store.shelf(kinds[1]).records[number]
                self.unlabel(kinds, (owner, other), primary.id, at)

    def part(self, kinds: Kinds, ends: Ends, at: datetime) -> None:
        self._links.remove(_pair(kinds), ends[0].number, ends[1].number)
        self._refresh(kinds, ends, at)

    def move(self, kind: ObjectType, part: Record, kept: Record, at: datetime) -> None:
        """What one record was associated with goes over to another, in a merge."""
        for pair, number, meanings in self._links.all_of(kind.name, part.number):
            kinds = (kind, object_type(pair[1]))
            other = self._store.shelf(kinds[1]).records[number]
            self._links.remove(pair, part.number, number)
            if number != kept.number:
                self._take_over(kinds, (kept, other), meanings)
                self._refresh(kinds, (kept, other), at)

    def refresh_around(self, kind: ObjectType, record: Record, at: datetime) -> None:
        """After a record vanished or came back: its neighbours' primary records and counts."""
        for pair, number, _ in self._links.all_of(kind.name, record.number):
            kinds = (kind, object_type(pair[1]))
            other = self._store.shelf(kinds[1]).records[number]
            self._refresh(kinds, (record, other), at)

    def _take_over(self, kinds: Kinds, ends: Ends, meanings: Iterable[LinkType]) -> None:
        pair = _pair(kinds)
        for meaning in meanings:
            # The primary record of the surviving side stays; a second one is only associated.
            second = meaning == primary_type(pair) and self._has_primary(kinds, ends)
            kept = LINK_TYPES[pair][0] if second else meaning
            self._links.add(pair, ends[0].number, ends[1].number, kept)

    def _owner_first(self, kinds: Kinds, ends: Ends) -> tuple[Kinds, Ends]:
        rule = primary_rule(*kinds)
        if rule is not None and rule.owner is kinds[1]:
            return (kinds[1], kinds[0]), (ends[1], ends[0])
        return kinds, ends

    def _has_primary(self, kinds: Kinds, ends: Ends) -> bool:
        (owner_kind, other_kind), (owner, _) = self._owner_first(kinds, ends)
        return bool(self._primary((owner_kind, other_kind), owner))

    def _primary(self, kinds: Kinds, owner: Record) -> str:
        meaning = primary_type(_pair(kinds))
        found = (str(number) for number, kept in self.of(kinds, owner).items() if meaning in kept)
        return next(found, "")

    def _unseat(self, kinds: Kinds, ends: Ends) -> None:
        """There is one primary record: a new one takes the label from the earlier one."""
        owned, (owner, _) = self._owner_first(kinds, ends)
        pair = _pair(owned)
        meaning = primary_type(pair)
        for number, kept in list(self._links.of(pair, owner.number).items()):
            if meaning is not None and meaning in kept:
                self._links.drop_meaning(pair, owner.number, number, meaning)

    def _refresh(self, kinds: Kinds, ends: Ends, at: datetime) -> None:
        owned, (owner, other) = self._owner_first(kinds, ends)
        for kind in owned:
            self._store.shelf(kind).index.forget()
        rule = primary_rule(*kinds)
        if rule is not None and owner.is_live:
            found = {rule.property: self._primary(owned, owner)}
            self._store.compute(rule.owner, owner, found, at)
        self._count(owned, owner, at)
        self._count((owned[1], owned[0]), other, at)

    def _count(self, kinds: Kinds, record: Record, at: datetime) -> None:
        for (type_name, name), counted in COUNTS.items():
            if (type_name, counted) == _pair(kinds) and record.is_live:
                found = {name: str(len(self.of(kinds, record)))}
                self._store.compute(kinds[0], record, found, at)


def _pair(kinds: Kinds) -> Pair:
    return (kinds[0].name, kinds[1].name)


def _shown_order(meaning: LinkType) -> tuple[bool, int]:
    return (meaning.label is None, meaning.id)  # HubSpot shows the labelled ones first
