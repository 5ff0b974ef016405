"""What the refused requests become when the one thing that is wrong with them is put right."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.sandbox.hubspot.fidelity.asked import Asked
from tests.sandbox.hubspot.fidelity.mutations import Mutation
from tests.sandbox.hubspot.fidelity.world import FULL, World

Repair = Callable[[Asked, World], Asked]


def repaired(number: int, asked: Asked, world: World) -> Mutation:
    """The request behind one line of the error bodies, without its mistake."""
    put_right = _REPAIRS.get(number, _as_usual)
    status = _STATUSES.get(number, 200)
    return Mutation("put right", put_right(asked, world), status)


def _as_usual(asked: Asked, _: World) -> Asked:
    """With a token that may do it, within the limits, and unspoilt."""
    return replace(asked, token=FULL, knobs={}, fault="")


def _first(**changes: Any) -> Repair:
    """The first input alone, changed."""

    def repair(asked: Asked, _: World) -> Asked:
        return replace(
            asked, body={**asked.body, "inputs": [{**asked.body["inputs"][0], **changes}]}
        )

    return repair


def _body(**changes: Any) -> Repair:
    return lambda asked, _: replace(asked, body={**asked.body, **changes})


def _url(url: Callable[[World], str]) -> Repair:
    return lambda asked, world: replace(asked, url=url(world))


def _known_id(asked: Asked, world: World) -> Asked:
    return _first(id=world.contacts[2])(asked, world)


def _by_record_id(asked: Asked, world: World) -> Asked:
    body = {"inputs": [{"id": world.companies[0], "properties": {}}]}
    return replace(asked, body=body)


def _half_as_many(asked: Asked, _: World) -> Asked:
    return replace(asked, body={**asked.body, "inputs": asked.body["inputs"][:50]})


def _two_people(asked: Asked, world: World) -> Asked:
    to = {"id": world.contacts[1]}
    return replace(asked, body={"inputs": [{**asked.body["inputs"][1], "to": to}]})


_REPAIRS: Mapping[int, Repair] = {
    5: _url(lambda world: f"/crm/v3/objects/contacts/{world.contacts[0]}"),
    6: _url(lambda _: "/crm/v3/owners/534941"),
    7: _url(lambda _: "/crm/v3/objects/contacts"),
    8: _first(properties={"firstname": "x"}),
    9: _first(properties={"industry": "RETAIL"}),
    10: _first(properties={"annualrevenue": "5"}),
    11: _known_id,
    12: _by_record_id,
    13: _half_as_many,
    14: lambda asked, _: replace(asked, body={"filterGroups": asked.body["filterGroups"][:5]}),
    15: _body(after="9800"),
    16: _body(after="1"),
    17: _body(properties={"email": "fresh17@example.jp"}),
    18: _body(name="fresh18"),
    19: _first(name="fresh19"),
    20: _known_id,
    21: _first(properties={"email": "fresh21@example.jp"}),
    22: _first(),
    23: _two_people,
    24: _url(lambda _: "/crm/v3/objects/contacts?properties=email"),
}
_STATUSES = {13: 207, 17: 201, 18: 201, 19: 201, 21: 201, 23: 201}
