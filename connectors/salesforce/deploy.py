"""Deploying metadata over REST: send the zip, wait for the end, read what became of each part."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connectors.errors import Unavailable
from connectors.salesforce.errors import fail, malformed
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, objects

_REQUESTS: Final = "metadata/deployRequest"
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 15.0
_PATIENCE: Final = 1800.0

_OPTIONS: Final = {
    "singlePackage": True,
    "rollbackOnError": True,  # all or nothing, which production asks for anyway
    "performRetrieve": False,
    "ignoreWarnings": True,
}


@dataclass(frozen=True, slots=True)
class Deployed:
    """How a deploy ended; `failures` has the org's words by the full name of a component."""

    succeeded: bool
    failures: Mapping[str, str]
    problem: str  # the first of them, or what is wrong with the whole


def deploy(session: Session, raw: bytes, wait: Callable[[float], None]) -> Deployed:
    """Deploy a zip and wait until it is done.

    Raises:
        MissingPermission: the user may not change metadata.
        Unavailable: it takes longer than anybody should wait; it may still succeed.
    """
    body = json.dumps({"deployOptions": _OPTIONS})
    form = {
        "json": (None, body, "application/json"),
        "file": ("deploy.zip", raw, "application/zip"),
    }
    id_ = _text(session.upload(_REQUESTS, form), "id")
    return _result(_finished(session, id_, wait))


def _finished(session: Session, id_: str, wait: Callable[[float], None]) -> Row:
    waited, pause = 0.0, _FIRST_WAIT
    while waited < _PATIENCE:
        wait(pause)
        waited, pause = waited + pause, min(2 * pause, _LONGEST_WAIT)
        answer = session.get(f"{_REQUESTS}/{id_}", includeDetails="true")
        told = answer.get("deployResult") if isinstance(answer, dict) else None
        if not isinstance(told, dict) or not isinstance(told.get("done"), bool):
            raise malformed("a deploy's state has no result")
        if told["done"]:
            return told
    message = f"The deploy {id_} is still at work after {waited / 60:.0f} minutes."
    raise fail(Unavailable, "BBM-SF-060", message)


def _result(told: Row) -> Deployed:
    details = told.get("details")
    listed = details.get("componentFailures") if isinstance(details, dict) else None
    failures = {
        str(one.get("fullName")): str(one.get("problem"))
        for one in objects(listed or [])
        if one.get("problemType") != "Warning"
    }
    if told.get("success") is True:
        return Deployed(succeeded=True, failures={}, problem="")
    status = told.get("errorMessage") or f"the deploy is {told.get('status')}"
    return Deployed(
        succeeded=False, failures=failures, problem=next(iter(failures.values()), str(status))
    )


def _text(answer: Any, name: str) -> str:
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, str):
        raise malformed(f"a deploy without {name}")
    return value
