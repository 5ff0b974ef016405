"""What real clients asked a real org, asked of the sandbox: its answers differ only in values.

The requests are CumulusCI's cassettes, in their order. An answer is compared in status, keys, kinds
of values and codes; what still differs stands in differences.tsv, each with its reason. Each of the
requests is sent again with one thing wrong, and the answer must become the refusal that belongs to
it.
"""

import re
from pathlib import Path

import orjson
import pytest

from tests.sandbox.replaying import Replay, held_by_the_sandbox, texts_of
from tests.sandbox.salesforce.calling import Api, Told
from tests.sandbox.salesforce.fidelity.mutations import Mutation, mutations
from tests.sandbox.salesforce.fidelity.recordings import Exchange, cassettes
from tests.sandbox.salesforce.fidelity.replay import play, send

LISTED = Path(__file__).with_name("differences.tsv")
STATE = re.compile(r"<state>Failed</state>|\"state\":\"Failed\"")


@pytest.fixture(scope="module")
def replay(shared: Path) -> Replay:
    """Plays every exchange in order; before it comes what is wrong."""
    done = Replay()

    def attempt(api: Api, exchange: Exchange) -> None:
        for mutation in mutations(exchange):
            done.tried += 1
            told = send(api, mutation.exchange, **mutation.headers)
            found = _outcome(api, mutation, told)
            if found != (mutation.status, mutation.code):
                expected = f"{mutation.status} {mutation.code}"
                done.note(exchange.name, mutation.what, str(found), expected)

    for cassette, exchanges in cassettes(shared).items():
        done.compared += play(cassette, exchanges, attempt)
    return done


def test_every_exchange_is_answered_as_recorded_or_listed_with_a_reason(replay: Replay) -> None:
    replay.assert_differs_only_as_listed(LISTED)


def test_at_most_a_twentieth_differs(replay: Replay) -> None:
    replay.assert_hardly_differs(answers=129)


def test_a_request_with_one_thing_wrong_gets_the_refusal_that_belongs_to_it(
    replay: Replay,
) -> None:
    assert replay.surprises == []
    assert replay.tried > 5 * len(replay.compared)


def test_the_sandbox_holds_no_recorded_answer(shared: Path) -> None:
    """Definitions of fields follow recorded describes; nothing else does."""
    values = {
        value
        for exchanges in cassettes(shared).values()
        for exchange in exchanges
        if "/describe" not in exchange.url
        for value in texts_of(exchange.answer)
        if re.fullmatch(r"(?=\w*\d)\w{15,18}|\S+ \S+ .{20,}", value)
    }

    assert held_by_the_sandbox(values, "*") <= {"The requested resource does not exist"}


def _outcome(api: Api, mutation: Mutation, told: Told) -> tuple[int, str]:
    """Status and code of what was changed: of the request, or of its first record or part."""
    if told.status == 201 and "/batch" in mutation.exchange.url:
        return 201, _fate(api, mutation.exchange, told)
    if told.text.startswith("<"):
        found = re.search(r"<exceptionCode>(\w+)<", told.text)
        return told.status, found[1] if found else ""
    body = told.json
    if isinstance(body, dict) and "compositeResponse" in body:
        part = body["compositeResponse"][0]
        inside = part["body"]
        return part["httpStatusCode"], inside[0]["errorCode"] if isinstance(inside, list) else ""
    if isinstance(body, dict) and body.get("sObjects") == []:
        return told.status, "none"
    if isinstance(body, list) and "errors" in body[0]:
        errors = body[0]["errors"]
        return told.status, str(errors[0]["statusCode"]) if errors else "written"
    return told.status, told.code if body else ""


def _fate(api: Api, exchange: Exchange, told: Told) -> str:
    """What became of a batch: the words it failed with."""
    as_json = told.text.startswith("{")
    found = re.search(r"<id>(\w+)<", told.text)
    id_ = str(orjson.loads(told.text)["id"]) if as_json else found[1] if found else ""
    later = send(api, Exchange("", "GET", f"{exchange.url}/{id_}", "", 200, None)).text
    words = re.search(r"Field name not found|INVALID_FIELD", later)
    return words[0] if STATE.search(later) and words else later
