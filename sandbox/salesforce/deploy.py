"""Deploys over REST: /metadata/deployRequest, a form of options and a zip, and its results."""

import re
from http import HTTPStatus

import orjson

from sandbox.salesforce.call import Call, fields_of
from sandbox.salesforce.metadata.deploys import Options
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.wire import Answer, json_answer

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_PART = re.compile(rb'\bname="?([^";\r\n]+)"?')
_OPTIONS = ("json", "entity_content")  # what clients call the part with the options
_RIGHTS = ("ModifyMetadata", "ModifyAllData")


def answer(call: Call) -> Answer:
    """Everything below /metadata."""
    if not call.rights.system.intersection(_RIGHTS):
        message = (
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata"
            " permissions"
        )
        raise Refusal("INSUFFICIENT_ACCESS", message, status=403)
    match (call.method, *call.path[1:]):
        case ("POST", "deployRequest"):
            return _start(call)
        case ("GET", "deployRequest", id_):
            details = call.request.first("includeDetails") == "true"
            return json_answer(200, _shown(call, id_, details=details))
        case ("PATCH", "deployRequest", id_):
            return _cancel(call, id_)
        case _:
            raise not_found()


def _start(call: Call) -> Answer:
    parts = _parts(call)
    told = next((parts[name] for name in _OPTIONS if name in parts), None)
    if told is None or "file" not in parts:
        message = "The request needs a part with the deploy options and a part with the file"
        raise Refusal("INVALID_MULTIPART_REQUEST", message)
    try:
        body = fields_of(orjson.loads(told))
    except orjson.JSONDecodeError as error:
        raise Refusal("JSON_PARSER_ERROR", f"Unexpected character: {error.msg}") from error
    options = Options.sent(body.get("deployOptions", {}))
    id_ = call.org.deploys.start(call.rights.user, parts["file"], options)
    return json_answer(201, _shown(call, id_, details=False))


def _cancel(call: Call, id_: str) -> Answer:
    wanted = fields_of(call.body().get("deployResult", {})).get("status")
    if wanted != "Canceling":
        raise Refusal("INVALID_FIELD", "A deployment can only be set to Canceling")
    call.org.deploys.cancel(id_)
    return json_answer(HTTPStatus.ACCEPTED, _shown(call, id_, details=False))


def _shown(call: Call, id_: str, *, details: bool) -> dict[str, object]:
    deploys = call.org.deploys
    result = deploys.result(id_, details=details)
    known = str(result["id"])
    asked = "?includeDetails=true" if details else ""
    return {
        "id": known,
        "url": f"{call.request.base_url}{call.url('metadata', 'deployRequest', known)}{asked}",
        "validatedDeployRequestId": None,
        "deployOptions": deploys.options(known).shown(),
        "deployResult": result,
    }


def _parts(call: Call) -> dict[str, bytes]:
    """The parts of a form by their names. Zips hold any bytes, so nothing is decoded."""
    found = _BOUNDARY.search(call.request.headers.get("content-type", ""))
    if found is None:
        raise Refusal("INVALID_MULTIPART_REQUEST", "Multipart request has no boundary")
    parts = {}
    for part in call.request.body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = _PART.search(head)
        if name is not None:
            parts[name[1].decode()] = content.removesuffix(b"\r\n")
    return parts
