"""What contacts say of their company in their own words, where companies hold it as something else.

HubSpot's contacts have an industry and a revenue of free text; a company's industry is a choice and
its revenue a number. So the company's counts wherever there is one, and a contact's own words only
where there is none: read as what a company would hold, as far as they can be.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from bbm_core.records import RecordKind, Value
from connectors.contract import KindReading
from connectors.hubspot.schema import Definition, Lens, Parser, Schema
from connectors.hubspot.values import clean_text, parser_of

OF_A_COMPANY: Final = (RecordKind.CONTACT, RecordKind.OPPORTUNITY)
"""The kinds that have what their company has, where they have none of their own."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """An attribute that a kind and its companies hold as different things."""

    attribute: str
    own: Definition
    companys: Definition


def own_words(
    schema: Schema, reading: KindReading, companies: Schema, account: KindReading
) -> Iterator[OwnWords]:
    """The attributes for which the company goes before the record."""
    for attribute, name in reading.attributes.items():
        own = schema.definitions.get(name)
        companys = companies.definitions.get(account.attributes.get(attribute, ""))
        if own and companys and own.type != companys.type:
            yield OwnWords(attribute, own, companys)


def with_company(lens: Lens, words: Mapping[str, OwnWords]) -> Lens:
    """The lens, and within it the one for records that have a company."""
    if not words:
        return lens
    told = tuple(one for one in lens.attributes if one[0] not in words)
    read = tuple(
        (attribute, name, _reader(words[attribute]) if attribute in words else parser)
        for attribute, name, parser in lens.attributes
    )
    return replace(lens, attributes=read, companied=replace(lens, attributes=told))


def _reader(words: OwnWords) -> Parser | None:
    if words.companys.type == "enumeration":
        return _choice(words.companys)
    parse = parser_of(words.companys)
    return _readable(parse) if parse else None


def _choice(definition: Definition) -> Parser:
    """The option that the text names, by value or by label; else the text as it is."""
    options = MappingProxyType(
        {
            **{_folded(one.label): one.value for one in definition.options},
            **{_folded(one.value): one.value for one in definition.options},
        }
    )

    def read(text: str) -> Value | None:
        return options.get(_folded(text)) or clean_text(text) or None

    return read


def _folded(text: str) -> str:
    return " ".join("".join(one if one.isalnum() else " " for one in text.casefold()).split())


def _readable(parse: Callable[[str], Value | None]) -> Parser:
    """The value, where the text is one: what people write need not be."""

    def read(text: str) -> Value | None:
        try:
            return parse(text)
        except ValueError:
            return None

    return read
