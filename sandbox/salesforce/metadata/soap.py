"""Metadata over SOAP: /services/Soap/m/{version}, as clients with the WSDL call it.

A zip is deployed as over REST; single components are created, changed, read and removed by the same
rules that a deploy has.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from sandbox.salesforce.metadata import rules
from sandbox.salesforce.metadata.archive import TYPES, Component, Name
from sandbox.salesforce.metadata.deploys import Options
from sandbox.salesforce.metadata.grammar import NAMESPACE, Problem, parse
from sandbox.salesforce.metadata.scene import Scene
from sandbox.salesforce.metadata.told import kinds, listed, read_component
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.soap import METADATA, Asked, Fault, answer, asked, fault
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_OLDEST = 31
_MOST = 10
_KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"
_RIGHTS = ("ModifyMetadata", "ModifyAllData")
_FLAGS = (
    "allowMissingFiles",
    "autoUpdatePackage",
    "checkOnly",
    "ignoreWarnings",
    "performRetrieve",
    "purgeOnDelete",
    "rollbackOnError",
    "singlePackage",
)
_NO_RIGHT = (
    "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions"
)

_DATE_END = re.compile(r"(?<=T\d\d:\d\d:\d\d)\.000\+0000$")

Operation = Callable[["MetadataSoap", Asked, str], object]


class MetadataSoap:
    """Answers for one org."""

    def __init__(self, org: "Org") -> None:
        self.org = org

    def answer(self, request: Request, version: str) -> Answer:
        try:
            return self._answer(version, asked(request.body))
        except Fault as error:
            return fault(METADATA, error)
        except Refusal as error:
            return fault(METADATA, Fault(error.code, error.message))

    def _answer(self, version: str, told: Asked) -> Answer:
        number = version.removesuffix(".0")
        if not number.isdigit() or int(number) < _OLDEST:
            raise Fault("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
        session = self.org.apps.session(told.session, self.org.clock.now())
        if session is None:
            message = "Invalid Session ID found in SessionHeader: Illegal Session"
            raise Fault("INVALID_SESSION_ID", message)
        self.org.ledger.count_calls(1)
        self.org.usage.take()
        if not self.org.access.rights(session.user).system.intersection(_RIGHTS):
            raise Fault("INSUFFICIENT_ACCESS", _NO_RIGHT)
        operation = _OPERATIONS.get(told.operation)
        if operation is None:
            message = f"No operation available for request {{{METADATA}}}{told.operation}"
            raise Fault("soapenv:Client", message)
        result = operation(self, told, session.user)
        return answer(METADATA, told.operation, {"result": result})


def _deploy(soap: MetadataSoap, told: Asked, user: str) -> object:
    sent = told.texts
    try:
        raw = b64decode(sent.get("ZipFile", ""), validate=True)
    except binascii.Error as error:
        raise Fault("INVALID_INPUT", "ZipFile is not encoded in base64") from error
    asked_for = told.body.find("DeployOptions")
    id_ = soap.org.deploys.start(user, raw, _options(asked_for))
    return {"done": False, "id": id_, "state": "Queued"}


def _options(sent: Element | None) -> Options:
    """What was asked for; some clients write True, and stray words between the elements."""
    children = list(sent) if sent is not None else []
    texts = {one.tag: (one.text or "").strip() for one in children}
    flags = {name: texts[name].lower() == "true" for name in _FLAGS if name in texts}
    tests = [(one.text or "").strip() for one in children if one.tag == "runTests"]
    level = {"testLevel": texts["testLevel"]} if texts.get("testLevel") else {}
    return Options.sent({**flags, **level, "runTests": tests})


def _status(soap: MetadataSoap, told: Asked, _user: str) -> object:
    sent = told.texts
    details = sent.get("includeDetails", "").lower() == "true"
    return _filled(soap.org.deploys.result(sent.get("asyncProcessId", ""), details=details))


def _cancel(soap: MetadataSoap, told: Asked, _user: str) -> object:
    id_ = told.texts.get("String", "") or told.texts.get("string", "")
    soap.org.deploys.cancel(id_)
    return {"done": True, "id": id_}


def _save(soap: MetadataSoap, told: Asked, user: str) -> object:
    """Create, update or upsert: each component by itself."""
    sent = [one for one in told.body if one.tag == "metadata"]
    _check_number(len(sent))
    results = []
    for one in sent:
        type_ = str(one.get(_KIND)).rpartition(":")[2]
        name = (one.findtext("fullName") or "").strip()
        try:
            created = _saved(soap.org, told.operation, user, _component(type_, name, one))
        except Problem as error:
            results.append(_failed(name, error))
        else:
            more = {"created": created} if told.operation == "upsertMetadata" else {}
            results.append({**more, "fullName": name, "success": True})
    return results


def _component(type_: str, name: str, sent: Element) -> Component:
    if type_ not in TYPES:
        raise Fault("INVALID_TYPE", f"Unknown type: {type_}")
    for one in sent.iter():
        one.tag = f"{{{NAMESPACE}}}{one.tag}"
    sent.tag = f"{{{NAMESPACE}}}{type_}"
    return Component(type_, name, "", parse(tostring(sent), type_))


def _saved(org: "Org", operation: str, user: str, component: Component) -> bool:
    """Put a component in force; says whether it is new."""
    there = Scene(org, user).has(component.type, component.name)
    if operation == "createMetadata" and there:
        raise Problem(f"There is already a {component.type} named {component.name}.")
    if operation == "updateMetadata" and not there:
        raise Problem(f"no {component.type} named {component.name} found")
    scene = Scene.of(org, user, [component], [])
    rules.check(scene, component)
    rules.put(scene, component)
    return not there


def _read(soap: MetadataSoap, told: Asked, _user: str) -> object:
    type_, names = _named(told)
    _check_number(len(names))
    return {"records": [read_component(soap.org, type_, name) for name in names]}


def _delete(soap: MetadataSoap, told: Asked, user: str) -> object:
    type_, names = _named(told)
    _check_number(len(names))
    return [_removed(Scene(soap.org, user), (type_, name)) for name in names]


def _removed(scene: Scene, name: Name) -> Row:
    try:
        rules.check_removal(scene, name)
        rules.drop(scene, name)
    except Problem as error:
        return _failed(name[1], error)
    return {"fullName": name[1], "success": True}


def _named(told: Asked) -> tuple[str, list[str]]:
    type_ = told.texts.get("type", "")
    if type_ not in TYPES:
        raise Fault("INVALID_TYPE", f"Unknown type: {type_}")
    names = [(one.text or "").strip() for one in told.body if one.tag == "fullNames"]
    return type_, names


def _list(soap: MetadataSoap, told: Asked, _user: str) -> object:
    queries = [one for one in told.body if one.tag == "queries"]
    if len(queries) > len(("three", "at", "most")):
        raise Fault("LIMIT_EXCEEDED", "A call has at most 3 queries")
    types = [(one.findtext("type") or "").strip() for one in queries]
    return [row for type_ in types for row in listed(soap.org, type_)]


def _describe(_soap: MetadataSoap, _told: Asked, _user: str) -> object:
    return {
        "metadataObjects": kinds(),
        "organizationNamespace": "",
        "partialSaveAllowed": True,
        "testRequired": False,
    }


def _check_number(count: int) -> None:
    if count > _MOST:
        raise Fault("LIMIT_EXCEEDED", f"A call has at most {_MOST} components")


def _failed(name: str, error: Problem) -> Row:
    """A component that was refused. The codes are our choice: no recording holds any."""
    code = "INVALID_CROSS_REFERENCE_KEY" if "no " in error.problem.lower() else "INVALID_INPUT"
    code = "DUPLICATE_DEVELOPER_NAME" if "already" in error.problem else code
    errors = {"message": error.problem, "statusCode": code}
    return {"errors": errors, "fullName": name, "success": False}


def _filled(row: Row) -> Row:
    """Without what has no value, which an element cannot say."""
    return dict(_values(row))


def _values(row: Row) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield name, _filled(value)
        elif isinstance(value, list):
            yield name, [_filled(one) if isinstance(one, dict) else one for one in value]
        elif value is not None:
            yield name, _DATE_END.sub(".000Z", value) if isinstance(value, str) else value


_OPERATIONS: dict[str, Operation] = {
    "deploy": _deploy,
    "checkDeployStatus": _status,
    "cancelDeploy": _cancel,
    "createMetadata": _save,
    "updateMetadata": _save,
    "upsertMetadata": _save,
    "readMetadata": _read,
    "deleteMetadata": _delete,
    "listMetadata": _list,
    "describeMetadata": _describe,
}
