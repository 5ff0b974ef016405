"""Associations: which records belong together, under which type ids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.hubspot import engagements, further
from sandbox.hubspot.object_types import COMPANIES, CONTACTS, DEALS, LEADS, ObjectType

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
Pair = tuple[str, str]


class LinkType(NamedTuple):
    """What an association between two types of record means."""

    id: int
    label: str | None
    category: str = HUBSPOT_DEFINED


PRIMARY = "Primary"

_PLAIN = {**engagements.LINK_IDS, **further.LINK_IDS}

# (from, to): the plain type, then the labelled ones.
LINK_TYPES: Mapping[Pair, tuple[LinkType, ...]] = {
    ("contacts", "companies"): (LinkType(279, None), LinkType(1, PRIMARY)),
    ("companies", "contacts"): (LinkType(280, None), LinkType(2, PRIMARY)),
    ("contacts", "deals"): (LinkType(4, None),),
    ("deals", "contacts"): (LinkType(3, None),),
    ("deals", "companies"): (LinkType(341, None), LinkType(5, PRIMARY)),
    ("companies", "deals"): (LinkType(342, None), LinkType(6, PRIMARY)),
    ("leads", "contacts"): (LinkType(608, None), LinkType(578, PRIMARY)),
    ("contacts", "leads"): (LinkType(609, None), LinkType(579, PRIMARY)),
    ("leads", "companies"): (LinkType(610, None), LinkType(580, PRIMARY)),
    ("companies", "leads"): (LinkType(611, None), LinkType(581, PRIMARY)),
    ("leads", "deals"): (LinkType(1037, None), LinkType(582, PRIMARY)),
    ("deals", "leads"): (LinkType(1038, None), LinkType(583, PRIMARY)),
    ("contacts", "contacts"): (LinkType(449, None),),
    ("companies", "companies"): (
        LinkType(450, None),
        LinkType(14, "Child to Parent Company"),
        LinkType(13, "Parent to Child Company"),
    ),
    ("deals", "deals"): (LinkType(451, None),),
    **{pair: (LinkType(there, None),) for pair, (there, _) in _PLAIN.items()},
    **{(end, start): (LinkType(back, None),) for (start, end), (_, back) in _PLAIN.items()},
}
_MIRRORED = {"Child to Parent Company": "Parent to Child Company"}
_MIRRORED |= {there: here for here, there in _MIRRORED.items()}


@dataclass(frozen=True, slots=True)
class PrimaryRule:
    """A record of one type has one primary record of another, named by a property."""

    owner: ObjectType
    other: ObjectType
    property: str


PRIMARY_RULES = (
    PrimaryRule(CONTACTS, COMPANIES, "associatedcompanyid"),
    PrimaryRule(DEALS, COMPANIES, "hs_primary_associated_company"),
    PrimaryRule(LEADS, CONTACTS, "hs_primary_contact_id"),
    PrimaryRule(LEADS, COMPANIES, "hs_primary_company_id"),
)

# (type, property): how many records of which type are associated
COUNTS: Mapping[Pair, str] = {
    ("companies", "num_associated_contacts"): "contacts",
    ("companies", "num_associated_deals"): "deals",
    ("deals", "num_associated_contacts"): "contacts",
    ("contacts", "num_associated_deals"): "deals",
}


def primary_rule(one: ObjectType, other: ObjectType) -> PrimaryRule | None:
    """The rule that says which of two types owns a primary record of the other."""
    return next(
        (
            rule
            for rule in PRIMARY_RULES
            if (rule.owner, rule.other) in {(one, other), (other, one)}
        ),
        None,
    )


def link_type(pair: Pair, type_id: int) -> LinkType | None:
    return next((one for one in LINK_TYPES.get(pair, ()) if one.id == type_id), None)


def primary_type(pair: Pair) -> LinkType | None:
    return next((one for one in LINK_TYPES.get(pair, ()) if one.label == PRIMARY), None)


def mirrored(pair: Pair, kind: LinkType) -> LinkType:
    """The same association seen from the other side."""
    wanted = _MIRRORED.get(kind.label or "", kind.label)
    return next(one for one in LINK_TYPES[pair[1], pair[0]] if one.label == wanted)


class Links:
    """Every association of a portal, kept from both ends."""

    def __init__(self) -> None:
        self._kept: dict[Pair, dict[int, dict[int, set[LinkType]]]] = {}

    def of(self, pair: Pair, number: int) -> Mapping[int, set[LinkType]]:
        """The records that this one is associated with, and as what."""
        return self._kept.get(pair, {}).get(number, {})

    def add(self, pair: Pair, number: int, other: int, kind: LinkType) -> None:
        """Add one meaning; the plain one is always there too, as HubSpot has it."""
        for meaning in (LINK_TYPES[pair][0], kind):
            self._end(pair, number).setdefault(other, set()).add(meaning)
            back = (pair[1], pair[0])
            self._end(back, other).setdefault(number, set()).add(mirrored(pair, meaning))

    def drop_meaning(self, pair: Pair, number: int, other: int, kind: LinkType) -> None:
        self._end(pair, number).get(other, set()).discard(kind)
        self._end((pair[1], pair[0]), other).get(number, set()).discard(mirrored(pair, kind))

    def remove(self, pair: Pair, number: int, other: int) -> None:
        self._end(pair, number).pop(other, None)
        self._end((pair[1], pair[0]), other).pop(number, None)

    def all_of(
        self, type_name: str, number: int
    ) -> Iterator[tuple[Pair, int, frozenset[LinkType]]]:
        """Every association of one record, safe to change while it is read."""
        for pair, ends in list(self._kept.items()):
            if pair[0] == type_name:
                for other, kinds in list(ends.get(number, {}).items()):
                    yield pair, other, frozenset(kinds)

    def _end(self, pair: Pair, number: int) -> dict[int, set[LinkType]]:
        return self._kept.setdefault(pair, {}).setdefault(number, {})
