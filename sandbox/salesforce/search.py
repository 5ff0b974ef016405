"""Searching for words: /search, in SOSL, over the texts of the objects that are asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.salesforce.call import Call
from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.query import Runner
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

_ANY_CASE = re.IGNORECASE | re.DOTALL
_FIND = re.compile(r"\s*FIND\s*\{(?P<words>(?:[^}\\]|\\.)*)\}(?P<rest>.*)", _ANY_CASE)
_IN = re.compile(r"\s*IN\s+(?P<group>\w+)\s+FIELDS(?P<rest>.*)", _ANY_CASE)
_RETURNING = re.compile(r"\s*RETURNING\s+(?P<objects>.+)", _ANY_CASE)
_OBJECT = re.compile(r"\s*(?P<type>\w+)\s*(?:\((?P<inside>[^()]*)\))?\s*(?:,|$)")
_CLAUSE = re.compile(r"\b(?:WHERE|ORDER\s+BY|LIMIT)\b.*", _ANY_CASE)
_LIMIT = re.compile(r"\s+LIMIT\s+(?P<most>\d+)\s*$", _ANY_CASE)
_TEXTS = frozenset({"string", "email", "phone", "url", "textarea", "picklist"})
_GROUPS = {
    "ALL": _TEXTS,
    "NAME": frozenset({"string"}),
    "EMAIL": frozenset({"email"}),
    "PHONE": frozenset({"phone"}),
}
_SHORTEST = 2
_WRAPPED = 37  # before this version an answer was the bare list
_MOST = 2000


@dataclass(frozen=True, slots=True)
class _Search:
    words: tuple[re.Pattern[str], ...]
    group: str
    objects: tuple[tuple[str, str, str], ...]  # name, fields, clauses
    most: int


def answer(call: Call) -> Answer:
    """The records found, object after object."""
    call.only_reads()
    if len(call.path) > 1 or "q" not in call.request.query:
        raise Refusal("MALFORMED_SEARCH", "No search string was sent")
    search = _parsed(call.request.first("q"))
    found: list[Row] = []
    for type_, fields, clauses in search.objects or _searchable(call):
        found += _found(call, search, type_, fields, clauses)
    records = found[: search.most]
    return json_answer(200, records if call.number < _WRAPPED else {"searchRecords": records})


def _parsed(text: str) -> _Search:
    find = _FIND.fullmatch(text)
    if find is None:
        message = "No search term found. The search term must be enclosed in braces."
        raise Refusal("MALFORMED_SEARCH", message)
    words = [re.sub(r"\\(.)", r"\1", one) for one in find["words"].strip('" ').split()]
    if not words or len("".join(words).strip("*?")) < _SHORTEST:
        raise Refusal("MALFORMED_SEARCH", "search term must be longer than one character")
    rest, group, most = find["rest"], "ALL", _MOST
    if limit := _LIMIT.search(rest):
        rest, most = rest[: limit.start()], int(limit["most"])
    if among := _IN.fullmatch(rest):
        group, rest = among["group"].upper(), among["rest"]
    if group not in _GROUPS:
        raise Refusal("MALFORMED_SEARCH", f"unexpected token: {group}")
    return _Search(tuple(map(_pattern, words)), group, tuple(_objects(rest)), most)


def _objects(rest: str) -> Iterator[tuple[str, str, str]]:
    if not rest.strip():
        return
    returning = _RETURNING.fullmatch(rest)
    if returning is None:
        raise Refusal("MALFORMED_SEARCH", f"unexpected token: {rest.split(maxsplit=1)[0]}")
    text, at = returning["objects"], 0
    while at < len(text):
        one = _OBJECT.match(text, at)
        if one is None:
            raise Refusal("MALFORMED_SEARCH", f"unexpected token: {text[at:].split()[0]}")
        inside = one["inside"] or ""
        clauses = found[0] if (found := _CLAUSE.search(inside)) else ""
        yield one["type"], inside.removesuffix(clauses).strip(), clauses
        at = one.end()


def _searchable(call: Call) -> list[tuple[str, str, str]]:
    return [
        (one.name, "", "")
        for one in call.org.objects.values()
        if "s" in one.flags and call.rights.may("Read", one.name)
    ]


def _found(call: Call, search: _Search, type_: str, fields: str, clauses: str) -> Iterator[Row]:
    """Rows of a query for the same fields, of which a text holds every word."""
    names = [one.strip() for one in fields.split(",") if one.strip()]
    has_id = not names or any(one.lower() == "id" for one in names)
    asked = ", ".join(names if names and has_id else ["Id", *names])
    runner = Runner(call.org, call.rights, call.version)
    query = f"SELECT {asked} FROM {type_} {clauses}"  # noqa: S608  SOQL, of the sandbox's own rows
    rows = runner.run(query).rows
    definition = call.org.definition(type_)
    looked_at = [one for one in _fields(call, definition) if one.type in _GROUPS[search.group]]
    for row in rows:
        kept = call.org.tables[definition.name].rows[str(row["Id"])]
        if _holds(search, kept, looked_at):
            yield row if has_id else {name: one for name, one in row.items() if name != "Id"}


def _fields(call: Call, definition: SObject) -> list[Field]:
    return [definition.fields[name] for name in call.rights.visible(definition)]


def _holds(search: _Search, row: Row, fields: list[Field]) -> bool:
    texts = [str(row[one.name]) for one in fields if row.get(one.name)]
    return all(any(word.search(text) for text in texts) for word in search.words)


def _pattern(word: str) -> re.Pattern[str]:
    """A word as it stands at the beginning of one: * is any text, ? any sign."""
    inside = re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w")
    return re.compile(rf"(?<!\w){inside}(?!\w)", re.IGNORECASE)
