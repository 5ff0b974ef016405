"""Deploys: a zip of metadata, checked and put in force after a while, and the answers about it.

Other rooms deploy with `org.deploys.start(user, zip_bytes, options)`, which gives the deploy's
id, and ask with `org.deploys.result(id, details=True)`.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.metadata import rules
from sandbox.salesforce.metadata.archive import MANIFEST, Component, Name, Package, unpack
from sandbox.salesforce.metadata.grammar import Problem
from sandbox.salesforce.metadata.scene import Scene
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_CONTAINERS = {"CustomField": "CustomObject", "ListView": "CustomObject"}
_NO_TESTS = {
    "numFailures": 0,
    "numTestsRun": 0,
    "totalTime": 0.0,
    "codeCoverage": [],
    "codeCoverageWarnings": [],
    "failures": [],
    "successes": [],
}


class Status(StrEnum):
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    PARTIAL = "SucceededPartial"
    FAILED = "Failed"
    CANCELED = "Canceled"


@dataclass(frozen=True, slots=True)
class Options:
    """How a deploy is to be carried out; on the wire the names are in camel case."""

    allow_missing_files: bool = False
    auto_update_package: bool = False
    check_only: bool = False
    ignore_warnings: bool = False
    perform_retrieve: bool = False
    purge_on_delete: bool = False
    rollback_on_error: bool = True
    run_tests: tuple[str, ...] = ()
    single_package: bool = True
    test_level: str = ""

    @classmethod
    def sent(cls, values: object) -> "Options":
        """What a client asked for."""
        if not isinstance(values, dict):
            raise Refusal("JSON_PARSER_ERROR", "deployOptions must be an object")
        names = {_camel(one.name): one.name for one in fields(cls)}
        given = {name: value for name, value in values.items() if value is not None}
        unknown = given.keys() - names.keys()
        if unknown:
            raise Refusal("JSON_PARSER_ERROR", f'Unrecognized field "{min(unknown)}"')
        known = {names[name]: value for name, value in given.items()}
        return cls(**{**known, "run_tests": tuple(known.get("run_tests", ()))})

    def shown(self) -> Row:
        return {_camel(name): value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Message:
    """What became of one component."""

    type: str
    name: str
    file: str
    id: str = ""
    problem: str = ""
    warning: bool = False
    created: bool = False
    deleted: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.problem) and not self.warning


@dataclass(slots=True)
class _Deploy:
    id: str
    user: str
    raw: bytes
    options: Options
    sent: datetime
    status: Status = Status.PENDING
    ended: datetime | None = None
    messages: list[Message] = field(default_factory=list)
    total: int = 0
    looks: int = 0


class Deploys:
    """The deploys of an org. `pending_seconds` and `seconds` say how long each takes.

    By the clock, or until somebody was told `looks` times: a clock may stand still.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._all: dict[str, _Deploy] = {}
        self.pending_seconds = 1.0
        self.seconds = 2.0
        self.looks = 2
        self.languages = {"ja"}  # those of the Translation Workbench
        self.deployed: dict[Name, str] = {}  # what deploys brought, with its id

    def start(self, user: str, raw: bytes, options: Options) -> str:
        """Take a zip; what it says is in force when the deploy has succeeded."""
        id_ = self._org.ids.next("0Af")
        self._all[id_] = _Deploy(id_, user, raw, options, self._org.clock.now())
        return id_

    def settle(self, now: datetime) -> None:
        """Let the deploys go on by the clock."""
        for one in self._all.values():
            if one.ended is not None:
                continue
            if now >= one.sent + timedelta(seconds=self.seconds):
                self._carry_out(one, now)
            elif now >= one.sent + timedelta(seconds=self.pending_seconds):
                one.status = Status.IN_PROGRESS

    def cancel(self, id_: str) -> None:
        """Stop a deploy that has not ended."""
        one = self._found(id_)
        if one.ended is not None:
            raise Refusal("INVALID_ID_FIELD", "Deployment already completed")
        one.status, one.ended = Status.CANCELED, self._org.clock.now()

    def options(self, id_: str) -> Options:
        return self._found(id_).options

    def result(self, id_: str, *, details: bool) -> Row:
        """The deployResult of a deploy, in Salesforce's names."""
        one = self._found(id_)
        if one.ended is None:
            one.looks += 1
            if one.looks >= self.looks:
                self._carry_out(one, self._org.clock.now())
            elif one.looks > 1:
                one.status = Status.IN_PROGRESS
        failed = [message for message in one.messages if message.failed]
        done = [message for message in one.messages if not message.failed]
        told: Row = {
            "id": one.id,
            "checkOnly": one.options.check_only,
            "createdBy": one.user,
            "createdByName": self._org.tables["User"].rows[one.user]["Name"],
            "createdDate": wire_time(one.sent),
            "done": one.ended is not None,
            "ignoreWarnings": one.options.ignore_warnings,
            "lastModifiedDate": wire_time(one.ended or one.sent),
            "numberComponentErrors": len(failed),
            "numberComponentsDeployed": len(done),
            "numberComponentsTotal": one.total,
            "numberTestErrors": 0,
            "numberTestsCompleted": 0,
            "numberTestsTotal": 0,
            "rollbackOnError": one.options.rollback_on_error,
            "runTestsEnabled": bool(one.options.run_tests),
            "status": one.status,
            "success": one.status in {Status.SUCCEEDED, Status.PARTIAL},
        }
        if one.status is not Status.PENDING:
            told["startDate"] = wire_time(one.sent + timedelta(seconds=self.pending_seconds))
        if one.ended is not None:
            told["completedDate"] = wire_time(one.ended)
        told["details"] = {
            "componentFailures": [_shown(one, message) for message in failed if details],
            "componentSuccesses": [_shown(one, message) for message in done if details],
            "retrieveResult": None,
            "runTestResult": _NO_TESTS,
        }
        return told

    def _found(self, id_: str) -> _Deploy:
        found = self._all.get(id_) or next(
            (one for one in self._all.values() if one.id[:15] == id_), None
        )
        if found is None:
            raise not_found()
        return found

    def _carry_out(self, one: _Deploy, now: datetime) -> None:
        one.ended = now
        try:
            package = unpack(one.raw, single=one.options.single_package)
        except Problem as error:
            one.messages = [Message("", MANIFEST, MANIFEST, problem=error.problem)]
            one.status = Status.FAILED
            return
        one.messages = list(_carried_out(self._org, one, package))
        one.total = len(one.messages)
        failed = sum(message.failed for message in one.messages)
        if failed and (one.options.rollback_on_error or failed == one.total):
            one.status = Status.FAILED
        else:
            one.status = Status.PARTIAL if failed else Status.SUCCEEDED


def _carried_out(org: "Org", deploy: _Deploy, package: Package) -> Iterator[Message]:
    """Check everything, then put in force what may be."""
    wanted = [one for one in package.components if not _only_holds_others(package, one)]
    options = deploy.options
    scene = Scene.of(org, deploy.user, wanted, package.removals)
    missing = [] if options.allow_missing_files else list(_missing(package))
    checked = [(one, _checked(scene, package, one)) for one in _ordered(wanted)]
    removed = [(name, _removal_checked(scene, name)) for name in package.removals]
    failed = missing or any(message.failed for _, message in (*checked, *removed))
    still = options.check_only or (failed and options.rollback_on_error)
    yield from missing
    for component, message in checked:
        apply = not (still or message.problem)
        yield replace(message, id=rules.put(scene, component)) if apply else message
    for name, message in removed:
        if not (still or message.problem):
            yield replace(message, id=rules.drop(scene, name), deleted=True)
        else:
            yield message


def _ordered(components: list[Component]) -> list[Component]:
    """Fields first: sets and views speak of them."""
    return sorted(components, key=lambda one: (one.type != "CustomField", one.type))


def _only_holds_others(package: Package, component: Component) -> bool:
    """Whether a file is there for what stands in it, and not named itself."""
    if component.type not in {"CustomObject", "CustomLabels"} or component.problem:
        return False
    return not _is_listed(package, component.type, component.name)


def _is_listed(package: Package, type_: str, name: str) -> bool:
    members = package.listed.get(type_, ())
    return name in members or "*" in members


def _checked(scene: Scene, package: Package, component: Component) -> Message:
    type_, name = component.type, component.name
    created = not scene.org.deploys.deployed.get((type_, name))
    message = Message(type_, name, component.file, created=created)
    try:
        same = [one for one in package.components if (one.type, one.name) == (type_, name)]
        if len(same) > 1:
            raise Problem(f"Duplicate name: {name} of type {type_} is in the package twice")  # noqa: TRY301
        if not component.problem and not _is_wanted(package, component):
            raise Problem("Not in package.xml")  # noqa: TRY301
        rules.check(scene, component)
    except Problem as error:
        return replace(message, problem=error.problem, warning=error.warning, created=False)
    return message


def _is_wanted(package: Package, component: Component) -> bool:
    type_, name = component.type, component.name
    holder = _CONTAINERS.get(type_)
    if holder and _is_listed(package, holder, name.partition(".")[0]):
        return True
    if type_ == "CustomLabel" and _is_listed(package, "CustomLabels", "CustomLabels"):
        return True
    listed_as = type_.removesuffix("Folder") if type_.endswith("Folder") else type_
    return _is_listed(package, listed_as, name)


def _removal_checked(scene: Scene, name: Name) -> Message:
    message = Message(*name, "destructiveChanges.xml")
    try:
        rules.check_removal(scene, name)
    except Problem as error:
        return replace(message, problem=error.problem, warning=error.warning)
    return message


def _missing(package: Package) -> Iterator[Message]:
    there = {(one.type.removesuffix("Folder"), one.name) for one in package.components}
    for type_, names in package.listed.items():
        for name in names:
            if name != "*" and (type_.removesuffix("Folder"), name) not in there:
                problem = (
                    f"An object '{name}' of type {type_} was named in package.xml, but was not"
                    " found in zipped directory"
                )
                yield Message(type_, name, MANIFEST, problem=problem)


def _shown(deploy: _Deploy, message: Message) -> Row:
    problem = {"problem": message.problem, "problemType": "Error"} if message.problem else {}
    if message.warning:
        problem["problemType"] = "Warning"
    return {
        "changed": not message.problem,
        "componentType": message.type,
        "created": message.created,
        "createdDate": wire_time(deploy.ended or deploy.sent),
        "deleted": message.deleted,
        "fileName": message.file,
        "fullName": message.name,
        "id": message.id or None,
        "problem": None,
        "problemType": None,
        **problem,
        "requiresProductionTestRun": False,
        "success": not message.failed,
        "warning": message.warning,
    }


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))
