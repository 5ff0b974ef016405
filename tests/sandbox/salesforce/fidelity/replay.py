"""Playing a cassette to an org: its requests with this org's ids, answer by answer."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import orjson

from sandbox.salesforce.org import Org
from tests.sandbox.replaying import Compared
from tests.sandbox.salesforce.calling import Api, Told
from tests.sandbox.salesforce.fidelity.facts import facts, shared
from tests.sandbox.salesforce.fidelity.recordings import Exchange
from tests.sandbox.salesforce.fidelity.worlds import prepared

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_XML = "application/xml; charset=UTF-8"


Before = Callable[[Api, Exchange], None]  # what is tried before an exchange is played


def play(cassette: str, exchanges: list[Exchange], before: Before) -> Iterator[Compared]:
    """Send each request as it was recorded, with this org's ids for those of the other."""
    org = prepared(cassette)
    api = Api(org)
    ids = _standing_ids(org)
    for exchange in exchanges:
        mine = replace(exchange, url=_mapped(exchange.url, ids), body=_mapped(exchange.body, ids))
        before(api, mine)
        told = send(api, mine)
        answer = told.json if told.text[:1] in {"{", "["} else told.text
        ids |= dict(_pairs(exchange.answer, answer))
        was, now = shared(
            facts(exchange.status, exchange.answer), facts(told.status, answer or None)
        )
        yield Compared.of(exchange.name, was, now)


def send(api: Api, exchange: Exchange, **headers: str) -> Told:
    """Send it as the client did; headers may be changed, or left out by an empty text."""
    sent = {"content-type": "application/json"}
    if "/async/" in exchange.url:
        as_json = exchange.body[:1] in {"{", "["}
        sent = {
            "x-sfdc-session": api.token,
            "content-type": "application/json" if as_json else _XML,
        }
    else:
        sent["authorization"] = f"Bearer {api.token}"
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in sent.items() if value}
    return api.raw(exchange.method, exchange.url, exchange.body.encode(), kept)


def _standing_ids(org: Org) -> dict[str, str]:
    """Ids that no answer told before they are asked for."""
    return {"00D0xORGID00000000": org.org_id}


def _mapped(text: str, ids: dict[str, str]) -> str:
    return _ID.sub(lambda found: ids.get(found[0], found[0]), text)


def _pairs(recorded: Any, told: Any) -> Iterator[tuple[str, str]]:
    """Ids that stand at the same place of both answers."""
    if isinstance(recorded, dict) and isinstance(told, dict):
        for name in recorded.keys() & told.keys():
            yield from _pairs(recorded[name], told[name])
    elif isinstance(recorded, list) and isinstance(told, list):
        for was, now in zip(recorded, told, strict=False):
            yield from _pairs(was, now)
    elif isinstance(recorded, str) and isinstance(told, str):
        if _ID.fullmatch(recorded) and _ID.fullmatch(told):
            yield recorded, told
        else:
            yield from _ids_in_text(recorded, told)


def _ids_in_text(recorded: str, told: str) -> Iterator[tuple[str, str]]:
    """Ids in elements of the same name, or in the first column of the same line."""
    if recorded.startswith("<"):
        named = re.compile(r"<(\w*[iI]d)>(\w{15,18})<")
        now = dict(named.findall(told))
        yield from ((id_, now[name]) for name, id_ in named.findall(recorded) if name in now)
    elif recorded.startswith('"'):
        first = re.compile(r'^"(\w{15,18})"', re.MULTILINE)
        yield from zip(first.findall(recorded), first.findall(told), strict=False)


def query_of(exchange: Exchange) -> str:
    """The SOQL that a request asks, or nothing."""
    _, found, text = exchange.url.partition("?q=")
    return unquote(text.replace("+", " ")) if found else ""


def body_of(exchange: Exchange) -> Any:
    return orjson.loads(exchange.body)
